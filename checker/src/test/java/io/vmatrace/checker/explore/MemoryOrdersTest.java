package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.ProtocolText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds where steps are put off as far as their orders allow it, and which of the declared orders that needs: the table in docs/ORDERINGS.md. */
class MemoryOrdersTest {
  private static final Path PAGE = Path.of("../docs/ORDERINGS.md");
  private static final String BEGIN = "<!-- from here written by MemoryOrdersTest -->\n";
  private static final String END = "<!-- here it ends -->\n";
  private static final int MOST = 3_000_000;
  private static final String REORDERS = "release-acquire";
  private static final Map<String, Scenario> SCENARIOS = Scenario.builtIn();

  /** Beside those that are built in: the memory of a VMA is one at the same place again. */
  private static final String MAPPED_AGAIN = """
      scenario mapped-again: a fault where a VMA is unmapped and its memory mapped again
        mms 1  pages 1  vmas 1
        map mm0 0 0
        task munmap mm0 0 0, mmap mm0 0 0
        task fault mm0 0 0
      """;

  /** Those in which an order is looked for. */
  private static final List<String> TRIED =
      List.of("munmap-fault", "munmap-two-faults", "munmap-two-vmas", "reuse", "replace-fault", "two-writers", "mprotect-write", "mprotect-whole", "merge", "first-writes", "neighbours", "mbind-fault", "brk-fault", "brk-new", "stack", "munmap-maps", "uffd-copy", "fork-fault", "mapped-again");

  /**
   * An order of the step table, and what stands in its place.
   *
   * @param edge which order of docs/PROTOCOL.md (Memory order) it is
   */
  private record Edge(String edge, String program, String line, String weaker) {}

  private static final List<Edge> EDGES =
      List.of(
          new Edge("a VMA's fields, then the attach: release", "vma_mark_attached", "store vma.refcnt 1 release", "store vma.refcnt 1"),
          new Edge("a reader's accesses, then its decrement: release", "vma_refcount_put", "dec v vma release", "dec v vma"),
          new Edge("the increment, then the second look: acquire", "vma_start_read", "inc_not_zero got vma acquire", "inc_not_zero got vma"),
          new Edge("vm_lock_seq, then the flag is taken back: release", "vma_start_write", "sub_flag v vma release", "sub_flag v vma"),
          new Edge("the writer registers, then looks: full fence", "exclude_readers", "set_current_state", "set_current_state relaxed"),
          new Edge("a section's stores, then its end: store fence", "mmap_write_unlock", "add mm.seq 1 release", "add mm.seq 1"),
          new Edge("a section's stores, then its downgrade: store fence", "mmap_write_downgrade", "add mm.seq 1 release", "add mm.seq 1"),
          new Edge("mm_lock_seq, then what a reader loads: acquire", "vma_start_read", "load b mm.seq acquire", "load b mm.seq"),
          new Edge("the reference of a detach, then what it waits for: release", "vma_mark_detached", "dec v vma release", "dec v vma"),
          new Edge("a VMA's fields, then the tree: rcu_assign_pointer()", "__mmap_new_vma", "fill mm first last other", "fill mm first last other relaxed"));

  private static Design kernel() {
    return Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"), "of the kernel").with(REORDERS);
  }

  private static ExploreReport explored(String scenario, Design design) {
    Scenario of = scenario.equals("mapped-again") ? Scenario.read(MAPPED_AGAIN.lines().toList()).get(scenario) : SCENARIOS.get(scenario);
    return ExploreReport.of(Objects.requireNonNull(of, scenario), design, MOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock-store-detach", "lock-store-detach-6.16", "rwsem", "lock-range-first"})
  void shouldHoldAsDeclared(String variant) {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant(variant), variant).with(REORDERS);
    for (String scenario : TRIED) {
      assertThat(explored(scenario, design).exploration().broken()).as(scenario).isNull();
    }
  }

  /** What sequential consistency breaks is broken here too: steps are put off, none is left out. */
  @ParameterizedTest
  @ValueSource(strings = {"M1", "M2", "M3", "M6", "M8", "M20", "no-second-wait"})
  void shouldBreakWhatIsBrokenWithoutIt(String mutant) {
    assertThat(explored("munmap-fault", kernel().with(mutant)).exploration().broken()).isNotNull();
  }

  /** The program of the table with one line changed. */
  private static Design weaker(Edge edge) {
    List<String> program = new ArrayList<>();
    int changed = 0;
    boolean inside = false;
    for (String line : ProtocolText.lines("steps.txt")) {
      if (line.startsWith("program ")) {
        inside = line.startsWith("program " + edge.program + "(");
      }
      if (inside) {
        boolean is = line.endsWith(edge.line);
        changed += is ? 1 : 0;
        boolean looksAtOwnStore = line.endsWith("attaches vma"); // its task sees what it has put off itself
        if (!looksAtOwnStore) {
          program.add(is ? line.replace(edge.line, edge.weaker) : line);
        }
      }
    }
    assertThat(changed).as(edge.line).isPositive();
    Design kernel = kernel();
    return new Design(kernel.name(), kernel.features(), program);
  }

  @Test
  void shouldNeedTheOrdersAsThePageSays() throws IOException {
    StringBuilder table = new StringBuilder("| order | without it | in | steps |\n|---|---|---|---|\n");
    for (Edge edge : EDGES) {
      table.append(row(edge)).append('\n');
    }
    PrintedTable.hold(PAGE, BEGIN, END, table.toString());
  }

  private static String row(Edge edge) {
    Design design = weaker(edge);
    for (String scenario : TRIED) {
      ExploreReport report = explored(scenario, design);
      if (report.exploration().broken() != null) {
        return "| %s | %s | %s | %d |".formatted(edge.edge, report.exploration().broken().id(), scenario, report.exploration().depth());
      }
    }
    return "| %s | nothing is broken | | |".formatted(edge.edge);
  }
}
