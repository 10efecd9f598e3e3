package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.report.FindingId.Way;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule.Evidence;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A finding as the rules leave it: its events are places in the capture, which are read again for the report.
 *
 * @param at the event at which it was noticed
 * @param pid the task that was noticed to have broken it
 * @param byValues whether that event's own values prove it, so that no loss can take it back
 * @param mm address of the mm, or 0
 * @param vma address of the VMA, or 0
 * @param start first byte of the VMA's range; with {@code end} 0 when not known
 * @param section how many write sections of mms at that address had been seen, inside one; else 0
 * @param restsOn the facts that it rests on, all of the rule's or some
 * @param way by what way the rule was broken, where that is told
 * @param absent a function that should have been called before the breach and was not; or null
 * @param inFlight whether another task is seen to have the VMA read-locked, or to be in a fault in it
 * @param whyPossible why it is only possible, where there is a reason beside the rule's own; else null
 * @param doubt what may make it possible only
 */
record Found(
    RuleInfo rule, long at, int pid, Certainty certainty, boolean byValues, String message, long mm, long vma, long start, long end, long section,
    List<Evidence> evidence, Set<Fact> restsOn, Way way, @Nullable String absent, boolean inFlight,
    @Nullable String whyPossible, Doubt doubt) {

  /**
   * The same, not proven.
   *
   * @param why as reports have it, after "only possible: "
   */
  Found possible(String why) {
    return new Found(rule, at, pid, Certainty.POSSIBLE, byValues, message, mm, vma, start, end, section, evidence, restsOn, way, absent, inFlight, whyPossible == null ? why : whyPossible, doubt);
  }

  /** The place of the event that broke the rule: {@link #at}, or an earlier one that this one proves to have done so. */
  long brokenAt() {
    return evidence.stream().filter(Evidence::breaks).mapToLong(shown -> shown.moment().at()).findFirst().orElse(at);
  }
}
