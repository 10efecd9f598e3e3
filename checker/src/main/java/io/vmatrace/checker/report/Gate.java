package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which findings make a verdict VIOLATION. All are reported.
 *
 * @param known which causes do not: those of a baseline
 * @param failOn the least severity that does
 */
public record Gate(Predicate<String> known, Severity failOn) {
  /** Every definite finding of a breach of the protocol does. */
  public static final Gate SHUT = new Gate(_ -> false, Severity.HANG);

  /** The groups, those marked whose cause is known. */
  public List<FindingGroup> marked(List<FindingGroup> groups) {
    return groups.stream().map(group -> known.test(group.cause()) ? group.ofBaseline() : group).toList();
  }

  /**
   * Whether a rule's definite findings do.
   *
   * @param violations how many there are; of those that are in no group the cause is not told, and it cannot be a known one
   */
  public boolean stops(RuleInfo rule, long violations, List<FindingGroup> groups) {
    if (!rule.severity().isAtLeast(failOn)) {
      return false;
    }
    List<FindingGroup> own = groups.stream().filter(group -> group.rule().equals(rule.id()) && group.certainty() == Certainty.DEFINITE).toList();
    return violations > own.stream().mapToLong(FindingGroup::count).sum() || own.stream().anyMatch(group -> !group.known());
  }
}
