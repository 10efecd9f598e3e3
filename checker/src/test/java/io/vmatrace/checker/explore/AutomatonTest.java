package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.steps.Design;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The automata that explorations show: they tell what the next state is, and are in the form that others read. */
class AutomatonTest {
  private static final List<String> SCENARIOS = List.of("munmap-two-faults", "reuse", "replace-maps", "two-writers");

  private static Automaton of(Design design) {
    return Automaton.of(design, SCENARIOS.stream().map(name -> Objects.requireNonNull(Scenario.builtIn().get(name), name)).toList(), 1_000_000);
  }

  private static Design variant(String name) {
    return Objects.requireNonNull(Design.Catalogue.builtIn().variant(name), name);
  }

  static Stream<Design> variants() {
    return Design.Catalogue.builtIn().variants().values().stream();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldTellTheNextState(Design design) {
    assertThat(of(design).isDeterministic()).isTrue();
  }

  @Test
  void shouldHaveTheStatesOfTheRefcount() {
    Automaton automaton = of(variant("lock-store-detach"));
    assertThat(automaton.states()).contains("free", "refcnt_0", "refcnt_1", "refcnt_2", "refcnt_flag_1", "refcnt_flag_1_write_locked").doesNotContain("read_1");
    assertThat(automaton.dot()).contains("\"refcnt_1\" -> \"refcnt_2\" [ label = \"vma_start_read");
    assertThat(of(variant("rwsem")).states()).contains("allocated_read_1", "allocated_vm_lock_write").doesNotContain("refcnt_1");
    assertThat(of(variant("mmap-lock")).states()).containsExactly("allocated", "free");
  }

  /** As tools/verification/dot2/automata.py takes the file apart (6.12): by blanks, line after line. */
  @ParameterizedTest
  @MethodSource("variants")
  void shouldHaveTheFormOfRuntimeVerification(Design design) {
    List<String> lines = of(design).dot().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("digraph state_automaton {");
    int at = 1;
    while (lines.get(at).strip().startsWith("{node ")) {
      assertThat(lines.get(at)).matches(".* \"[a-z0-9_]+\"};");
      at++;
    }
    assertThat(lines.get(1)).endsWith("\"__init_free\"};");
    assertThat(lines.get(at++)).isEqualTo("\t\"__init_free\" -> \"free\";");
    int edges = 0;
    while (lines.get(at).strip().startsWith("\"")) {
      boolean edge = lines.get(at).contains("->");
      assertThat(lines.get(at)).matches(edge ? "\t\"[a-z0-9_]+\" -> \"[a-z0-9_]+\" \\[ label = \"[a-z0-9_\\\\]+\" ];" : "\t\"[a-z0-9_]+\" \\[label = .*];");
      edges += edge ? 1 : 0;
      at++;
    }
    assertThat(edges).isPositive();
    assertThat(lines.get(at)).isEqualTo("\t{ rank = min ;");
  }

  @Test
  void shouldBeReadByGraphviz(@TempDir Path folder) throws IOException, InterruptedException {
    assumeTrue(Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(of -> Files.isExecutable(Path.of(of, "dot"))), "needs Graphviz");
    Path dot = Files.writeString(folder.resolve("vma.dot"), of(variant("lock-store-detach")).dot());
    Path svg = folder.resolve("vma.svg");
    Path said = folder.resolve("said");
    Process process = new ProcessBuilder("dot", "-Tsvg", "-o", svg.toString(), dot.toString()).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(said)).isEmpty();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(svg)).contains("refcnt_flag_1");
  }
}
