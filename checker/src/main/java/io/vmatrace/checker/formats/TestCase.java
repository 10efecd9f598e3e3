package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Unread;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A capture as tests: one for the capture itself, whether it could be read and judged, and one for each rule.
 *
 * @param name {@value #CAPTURE}, or the rule's id
 * @param reason why it came out so, in one line; empty where there is nothing to say
 * @param lines what else is to be said, such as the findings
 */
record TestCase(String name, Outcome outcome, String reason, List<String> lines) {
  static final String CAPTURE = "capture";

  /** How a test came out. */
  enum Outcome {
    PASSED,
    FAILED,
    /** The rule is broken, and that does not make the run fail: a baseline has the cause, or it is not severe enough. */
    KNOWN,
    /** Nothing of the capture shows whether the rule held. */
    SKIPPED,
    /** Too much of the capture is missing to say. */
    INCONCLUSIVE,
    /** The capture, or a part of it, cannot be read. */
    ERROR
  }

  /** All tests of a capture. */
  static List<TestCase> of(Report report) {
    List<TestCase> all = new ArrayList<>();
    all.add(capture(report));
    report.rules().forEach(rule -> all.add(rule(report, rule)));
    return all;
  }

  /** The one test of an input without a report. */
  static TestCase of(Unread input) {
    return new TestCase(CAPTURE, input.verdict() == Verdict.UNREADABLE ? Outcome.ERROR : Outcome.INCONCLUSIVE, input.error(), List.of());
  }

  private static TestCase capture(Report report) {
    Outcome outcome = report.verdict() == Verdict.INCONCLUSIVE ? Outcome.INCONCLUSIVE : Outcome.PASSED;
    List<String> lines = new ArrayList<>(report.reasons());
    report.kernelReports().forEach(said -> lines.add("the kernel says in line %d: %s".formatted(said.line(), said.title())));
    return report.unreadable() == null
        ? new TestCase(CAPTURE, outcome, String.join("; ", report.reasons()), lines)
        : new TestCase(CAPTURE, Outcome.ERROR, report.unreadable(), lines);
  }

  private static TestCase rule(Report report, RuleResult rule) {
    List<FindingGroup> groups = report.groups().stream().filter(group -> group.rule().equals(rule.id())).toList();
    List<String> lines = GroupLines.of(report.path(), groups, rule);
    return switch (rule.status()) {
      case HELD -> new TestCase(rule.id(), Outcome.PASSED, "", lines);
      case VIOLATED -> rule.fails() ? failed(rule, groups, lines) : known(rule, groups, lines);
      case NOT_EVIDENCED -> new TestCase(rule.id(), Outcome.SKIPPED, String.valueOf(rule.why()), lines);
      case INCONCLUSIVE -> new TestCase(rule.id(), Outcome.INCONCLUSIVE, String.valueOf(rule.why()), lines);
    };
  }

  private static TestCase failed(RuleResult rule, List<FindingGroup> groups, List<String> lines) {
    String worst = groups.stream().filter(group -> GroupLines.isDefinite(group) && !group.known()).map(GroupLines::head).findFirst().orElse(rule.summary());
    return new TestCase(rule.id(), Outcome.FAILED, worst, lines);
  }

  private static TestCase known(RuleResult rule, List<FindingGroup> groups, List<String> lines) {
    String causes = groups.stream().filter(FindingGroup::known).map(FindingGroup::cause).collect(Collectors.joining(", "));
    String reason = causes.isEmpty() ? "less severe than what makes the run fail" : "known: " + causes;
    return new TestCase(rule.id(), Outcome.KNOWN, reason, lines);
  }
}
