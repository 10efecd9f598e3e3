package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.StepTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a scenario under a design.
 *
 * @param schedule the shortest way to what is broken, without rows where nothing is; or the one that was asked for
 * @param explored whether every order was looked at, and not one schedule alone
 */
public record ExploreReport(Scenario scenario, Design design, Exploration exploration, Schedule schedule, boolean explored) {
  /**
   * Explores it, and gives up after so many states.
   *
   * @throws IllegalArgumentException where the design's own programs cannot be understood
   */
  public static ExploreReport of(Scenario scenario, Design design, int most) {
    return of(scenario, design, most, false);
  }

  /** The same; tasks with the same program may be alike ({@link Explorer}). */
  static ExploreReport of(Scenario scenario, Design design, int most, boolean symmetric) {
    StepTable table = design.table();
    Exploration exploration = new Explorer(scenario, design, table, most, symmetric).explore();
    return new ExploreReport(scenario, design, exploration, Schedule.of(scenario, design, table, exploration.schedule()), true);
  }

  /**
   * Makes the moves of one schedule, until something is broken.
   *
   * @throws IllegalArgumentException where a move cannot be made, or the design's own programs cannot be understood
   */
  public static ExploreReport along(Scenario scenario, Design design, List<Move> moves) {
    StepTable table = design.table();
    SmallWorld world = new SmallWorld(scenario, design, table);
    long[] state = world.first();
    @Nullable Broken broken = world.early();
    int made = 0;
    while (broken == null && made < moves.size()) {
      Move move = moves.get(made++);
      if (move.task() >= world.machine.tasks() || move.choice() >= world.choices(state, move.task())) {
        throw new IllegalArgumentException("move %d of the schedule, by task %d, cannot be made in %s under %s".formatted(made, move.task(), scenario.name(), design.name()));
      }
      broken = world.step(state, move.task(), move.choice());
    }
    Exploration exploration = new Exploration(made + 1, made, false, broken != null || world.goesOn(state) ? broken : world.end(state), moves.subList(0, made), Map.of(), false);
    return new ExploreReport(scenario, design, exploration, Schedule.of(scenario, design, table, exploration.schedule()), false);
  }

  /** Its schedule as the capture that a kernel with all probes would give of it, as tracefs prints it; its tasks go on to their ends behind the schedule. */
  public String trace() {
    return ScheduleTrace.of(scenario, design, design.table(), exploration.schedule());
  }

  /** holds, broken or unknown. */
  public String verdict() {
    return exploration.holds() ? "holds" : exploration.broken() != null ? "broken" : "unknown";
  }
}
