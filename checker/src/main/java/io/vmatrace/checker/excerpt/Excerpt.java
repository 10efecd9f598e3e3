package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.explore.Scenario;
import io.vmatrace.checker.report.Report.FindingReport;
import java.util.List;

/**
 * What a capture has around a finding, as a scenario.
 *
 * @param capture its name
 * @param finding around which
 * @param lines the scenario as a file of scenarios has it
 * @param tasks the tasks of the capture, as it names them, in the scenario's order
 * @param notTaken what the scenario has not, or has otherwise, and why
 */
public record Excerpt(String capture, FindingReport finding, List<String> lines, List<String> tasks, List<String> notTaken) {
  public Excerpt {
    lines = List.copyOf(lines);
    tasks = List.copyOf(tasks);
    notTaken = List.copyOf(notTaken);
  }

  /**
   * The operations around a finding.
   *
   * @param calls has read the capture, with the moment at which the finding's rule was broken
   * @throws IllegalArgumentException where nothing of them has a program in the step table
   */
  public static Excerpt of(String capture, FindingReport finding, CallReader calls) {
    return new ExcerptBuilder(capture, finding, calls).build();
  }

  /** It, to be explored. */
  public Scenario scenario() {
    return Scenario.read(lines).values().iterator().next();
  }
}
