package io.vmatrace.checker.evidence;

import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a capture does not evidence a rule.
 *
 * @param design the kernel's design, where the rule is none of it; else null
 * @param values whether the values are missing that probes can fetch
 * @param release when the kernel logs releases, where the rule orders holds and that tells nothing of them
 * @param ops what the capture did not show and would have to; empty where design or values are missing
 * @param text the reason as reports have it
 */
public record Missing(@Nullable Generation design, boolean values, ReleaseLogged release, Set<Op> ops, String text) {
  static Missing ofDesign(Generation design) {
    return new Missing(design, false, ReleaseLogged.BEFORE_THE_UNLOCK, Set.of(), "%s (%s)".formatted(Report.RuleResult.OF_ANOTHER_DESIGN, design.text()));
  }

  static Missing ofReleases(ReleaseLogged release) {
    return new Missing(null, false, release, Set.of(), release.why());
  }

  static Missing ofValues() {
    return new Missing(null, true, ReleaseLogged.BEFORE_THE_UNLOCK, Set.of(), "no values recorded (needs probes that fetch them)");
  }

  static Missing ofEvents(Set<Op> ops, Recorded recorded) {
    return new Missing(null, false, ReleaseLogged.BEFORE_THE_UNLOCK, ops, new LackingEvents(recorded).of(ops));
  }
}
