package io.vmatrace.checker.evidence;

import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why a capture does not evidence a rule.
 *
 * @param design the kernel's design, where the rule is none of it; else null
 * @param values whether the values are missing that probes can fetch
 * @param release when the kernel logs releases, where the rule orders holds and that tells nothing of them
 * @param ops what the capture did not show and would have to; empty where design or values are missing
 */
public record Missing(@Nullable Generation design, boolean values, ReleaseLogged release, Set<Op> ops) {
  /** The reason as reports have it. */
  public String text() {
    if (design != null) {
      return "%s (%s)".formatted(Report.RuleResult.OF_ANOTHER_DESIGN, design.text());
    }
    if (release != ReleaseLogged.BEFORE_THE_UNLOCK) {
      return release.why();
    }
    if (values) {
      return "no values recorded (needs probes that fetch them)";
    }
    return "not in the capture: " + ops.stream().map(op -> op.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
  }
}
