package io.vmatrace.checker.slice;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A finding that is looked for in the report of a part of its capture, and what other findings may be there: leaving events out must not
 * make the part say what the capture does not.
 */
final class SameFinding {
  private final FindingGroup group;
  private final FindingReport finding;
  private final Set<String> causes;

  /** Whether the finding is to have the same words and the same evidence; else it has the same event. */
  private final boolean exact;

  SameFinding(FindingGroup group, Report report, boolean exact) {
    this.group = group;
    finding = group.first();
    causes = causes(report);
    this.exact = exact;
  }

  private static Set<String> causes(Report report) {
    return report.groups().stream().map(SameFinding::cause).collect(Collectors.toSet());
  }

  private static String cause(FindingGroup group) {
    return group.cause() + " " + group.certainty();
  }

  boolean isIn(Report part) {
    return causes.containsAll(causes(part)) && part.groups().stream().filter(of -> cause(of).equals(cause(group))).flatMap(of -> of.findings().stream()).anyMatch(this::isSame);
  }

  private boolean isSame(FindingReport other) {
    return isSame(finding.at(), other.at())
        && (!exact || other.message().equals(finding.message()) && Objects.equals(other.vma(), finding.vma()) && Objects.equals(other.mm(), finding.mm()) && isSame(finding.evidence(), other.evidence()));
  }

  private static boolean isSame(List<Quote> some, List<Quote> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!isSame(some.get(i), others.get(i)) || !Objects.equals(some.get(i).role(), others.get(i).role())) {
        return false;
      }
    }
    return true;
  }

  /** Whether both quote one event: a text in the same words, of a binary capture as text. */
  private static boolean isSame(Quote one, Quote other) {
    boolean alike = one.time().equals(other.time()) && one.cpu() == other.cpu() && one.pid() == other.pid();
    return alike && (one.line() == null || one.text().equals(other.text()));
  }
}
