package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.StepTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Changes that a script makes in the step table, each broken by a scenario, or the same protocol for a reason that is written down:
 * src/test/resources/explore/mutations.txt. With -Dvmatrace.refresh=true it is written anew, and keeps the reasons.
 */
class TableMutationsTest {
  private static final Path FILE = Path.of("src/test/resources/explore/mutations.txt");
  private static final String SURVIVES = " => the same: ";
  private static final String BREAKS = " => ";
  private static final int MOST = 2_000_000;

  /** Why a change is none: what its name begins with or has in it, and the reason. */
  private static final Path REASONS = Path.of("src/test/resources/explore/equivalent.txt");

  private final List<String> reasons = reasons();

  private final Map<String, Scenario> scenarios = Scenario.builtIn();
  private final Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"), "lock-store-detach");
  private final Map<String, Set<String>> programs = programs();

  private static List<String> reasons() {
    try {
      return Files.readAllLines(REASONS).stream().filter(line -> line.contains(BREAKS)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String reason(String name) {
    for (String line : reasons) {
      int at = line.indexOf(BREAKS);
      if (name.contains(line.substring(0, at))) {
        return line.substring(at + BREAKS.length());
      }
    }
    return "";
  }

  /** By scenario the programs that its tasks are made of. */
  private Map<String, Set<String>> programs() {
    Map<String, Set<String>> of = new TreeMap<>();
    for (Scenario scenario : scenarios.values()) {
      Set<String> features = new TreeSet<>(design.features());
      features.addAll(scenario.features());
      Set<String> names = new TreeSet<>();
      for (List<Assembler.Operation> task : scenario.tasks()) {
        Assembler assembler = new Assembler(design.table(), features);
        task.forEach(assembler::then);
        Assembler.reached(assembler.assemble()).forEach(line -> names.add(line.program()));
      }
      of.put(scenario.name(), names);
    }
    return of;
  }

  /** A change of what no scenario comes to is none. */
  private boolean isReached(StepTable changed) {
    return scenarios.values().stream().filter(scenario -> scenario.group().equals(scenario.name())).anyMatch(scenario -> {
      Set<String> features = new TreeSet<>(design.features());
      features.addAll(scenario.features());
      return scenario.tasks().stream().anyMatch(task -> !reachedInOrder(changed, features, task).equals(reachedInOrder(design.table(), features, task)));
    });
  }

  private static List<String> reachedInOrder(StepTable table, Set<String> features, List<Assembler.Operation> task) {
    Assembler assembler = new Assembler(table, features);
    task.forEach(assembler::then);
    return Assembler.reached(assembler.assemble()).stream().map(line -> line.program() + ' ' + line.text()).toList();
  }

  @Test
  void shouldBreakWhateverIsChanged() throws IOException {
    List<String> lines = new ArrayList<>();
    Set<String> changed = new LinkedHashSet<>();
    for (TableMutation mutation : TableMutation.all(design.features())) {
      StepTable table = StepTable.read(mutation.lines());
      String name = mutation.program() + ": " + mutation.what();
      if (isReached(table)) {
        changed.add(mutation.program());
        String broken = broken(mutation, table);
        lines.add(name + (broken.isEmpty() ? SURVIVES + reason(name) : BREAKS + broken));
      }
    }
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.write(FILE, lines);
    }
    assertThat(lines).noneMatch(line -> line.endsWith(SURVIVES)).containsExactlyElementsOf(Files.readAllLines(FILE));
    assertThat(lines.stream().filter(line -> !line.contains(SURVIVES)).count()).isGreaterThan(100);
    assertThat(changed).hasSizeGreaterThan(30);
  }

  /** What breaks, and where first; empty where nothing does. */
  private String broken(TableMutation mutation, StepTable table) {
    for (Scenario scenario : scenarios.values()) {
      if (Objects.requireNonNull(programs.get(scenario.name()), scenario.name()).contains(mutation.program())) {
        Exploration found = new Explorer(scenario, design, table, MOST).explore();
        Broken broken = found.broken();
        if (broken != null) {
          return "%s, %s, %d steps".formatted(broken.id(), scenario.name(), found.depth());
        }
      }
    }
    return "";
  }
}
