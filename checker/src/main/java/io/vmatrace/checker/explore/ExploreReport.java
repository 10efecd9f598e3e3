package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.StepTable;

/**
 * What came of a scenario under a design.
 *
 * @param schedule the shortest way to what is broken; without rows where nothing is
 */
public record ExploreReport(Scenario scenario, Design design, Exploration exploration, Schedule schedule) {
  /**
   * Explores it, and gives up after so many states.
   *
   * @throws IllegalArgumentException where the design's own programs cannot be understood
   */
  public static ExploreReport of(Scenario scenario, Design design, int most) {
    StepTable table = design.table();
    Exploration exploration = new Explorer(scenario, design, table, most).explore();
    return new ExploreReport(scenario, design, exploration, Schedule.of(scenario, design, table, exploration.schedule()));
  }

  /** holds, broken or unknown. */
  public String verdict() {
    return exploration.holds() ? "holds" : exploration.broken() != null ? "broken" : "unknown";
  }
}
