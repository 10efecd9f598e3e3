package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.steps.Design;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schedules of the step table as captures, judged by the catalogue's rules, which know nothing of the table. The page has which bug is convicted by
 * which; -Dvmatrace.refresh=true writes that anew.
 */
@Execution(ExecutionMode.CONCURRENT)
class ScheduleTraceTest {
  private static final Path PAGE = Path.of("../docs/EXPLORE.md");
  private static final String BEGIN = "<!-- from here written by ScheduleTraceTest -->\n";
  private static final String END = "<!-- here it ends -->\n";
  private static final Design.Catalogue DESIGNS = Design.Catalogue.builtIn();

  /** With more states a scenario is left to others of the same kind. */
  private static final int MOST = 60_000;

  private static final int MOST_MOVES = 2_000;
  private static final int SCHEDULES = 2;

  @TempDir Path folder;

  private Set<String> convicting(String name, String trace) throws Exception {
    Path file = Files.writeString(folder.resolve(name.replace('/', '_') + ".txt"), trace);
    Report report = Check.run(file.toString(), new Check.Options(null, false), _ -> {});
    return report.findings().stream().filter(finding -> finding.certainty() == Certainty.DEFINITE).map(finding -> finding.rule()).collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Scenario> scenarios() {
    return Scenario.builtIn().values().stream().filter(scenario -> !scenario.group().endsWith("pair")).toList();
  }

  /** Turns by chance, until nobody can go on. */
  private static List<Move> byChance(Scenario scenario, Design design, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SmallWorld world = new SmallWorld(scenario, design, design.table());
    long[] state = world.first();
    List<Move> moves = new ArrayList<>();
    for (int[] tasks = able(world, state); tasks.length > 0 && moves.size() < MOST_MOVES; tasks = able(world, state)) {
      int task = tasks[random.nextInt(tasks.length)];
      Move move = new Move(task, random.nextInt(world.machine.choices(state, task)));
      world.machine.step(state, move.task(), move.choice());
      moves.add(move);
    }
    return moves;
  }

  private static int[] able(SmallWorld world, long[] state) {
    return IntStream.range(0, world.machine.tasks()).filter(task -> world.machine.choices(state, task) > 0).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mmap-lock", "rwsem-6.4", "rwsem-6.10", "rwsem", "lock-store-detach-6.16", "lock-store-detach-6.18", "lock-store-detach-6.19", "lock-store-detach"})
  void shouldConvictNoKernelOfAnySchedule(String variant) throws Exception {
    Design design = Objects.requireNonNull(DESIGNS.variant(variant));
    for (Scenario scenario : scenarios()) {
      for (int seed = 0; seed < SCHEDULES; seed++) {
        String trace = ScheduleTrace.of(scenario, design, design.table(), byChance(scenario, design, seed));
        assertThat(convicting(variant + "-" + scenario.name() + "-" + seed, trace)).as("%s under %s, seed %d", scenario.name(), variant, seed).isEmpty();
      }
    }
  }

  /** The first scenario in which rules convict a bug, else the first that it breaks. */
  private @Nullable String row(String mutant) throws Exception {
    String row = null;
    for (String variant : List.of("lock-store-detach", "rwsem")) {
      Design design = Objects.requireNonNull(DESIGNS.variant(variant)).with(mutant);
      for (Scenario scenario : scenarios()) {
        ExploreReport report = ExploreReport.of(scenario, design, MOST);
        if (report.exploration().broken() != null) {
          Set<String> rules = convicting(design.name() + "-" + scenario.name(), report.trace());
          row = row == null || !rules.isEmpty() ? "| %s | %s | %s | %s | %s |".formatted(mutant, variant, scenario.name(), report.exploration().broken().id(), String.join(" ", rules)) : row;
          if (!rules.isEmpty()) {
            return row;
          }
        }
      }
    }
    return row;
  }

  @Test
  void shouldConvictBugsAsThePageSays() throws Exception {
    StringBuilder table = new StringBuilder("| bug | variant | scenario | broken | rules |\n|---|---|---|---|---|\n");
    for (String mutant : DESIGNS.mutants().keySet()) {
      String row = row(mutant);
      table.append(row == null ? "" : row + "\n");
    }
    PrintedTable.hold(PAGE, BEGIN, END, table.toString());
  }
}
