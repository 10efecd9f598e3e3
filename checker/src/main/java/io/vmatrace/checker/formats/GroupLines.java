package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.Report.RuleResult;
import java.util.ArrayList;
import java.util.List;

/** Findings in lines, for formats that have room for text: of each cause the first finding, with the lines that prove it. */
final class GroupLines {
  /** Causes of one rule that are shown; more are counted. */
  private static final int MOST_GROUPS = 10;

  private GroupLines() {}

  /** The lines for the groups of one rule. */
  static List<String> of(String path, List<FindingGroup> groups, RuleResult rule) {
    List<String> lines = new ArrayList<>();
    groups.stream().limit(MOST_GROUPS).forEach(group -> lines.addAll(of(path, group)));
    long shown = groups.stream().limit(MOST_GROUPS).mapToLong(FindingGroup::count).sum();
    long all = rule.violations() + (groups.stream().allMatch(GroupLines::isDefinite) ? 0 : rule.possible());
    if (!groups.isEmpty() && all > shown) {
      lines.add("and %d more of %s".formatted(all - shown, rule.id()));
    }
    return lines;
  }

  /** A group in one line: cause, message, and how often. */
  static String head(FindingGroup group) {
    String certainty = isDefinite(group) ? "" : "possible ";
    return "%s%s: %s%s".formatted(certainty, group.cause(), group.first().message(), group.count() > 1 ? " (%d times)".formatted(group.count()) : "");
  }

  /** Whether a group is one of those that make the run fail. */
  static boolean fails(Report report, FindingGroup group) {
    return isDefinite(group) && !group.known() && report.rules().stream().anyMatch(rule -> rule.id().equals(group.rule()) && rule.fails());
  }

  static boolean isDefinite(FindingGroup group) {
    return group.certainty() == Certainty.DEFINITE;
  }

  /** The place of an event in a capture, as compilers print it. */
  static String place(String path, Quote at) {
    return at.line() == null ? "%s: byte %d".formatted(path, at.offset()) : "%s:%d".formatted(path, at.line());
  }

  private static List<String> of(String path, FindingGroup group) {
    FindingReport first = group.first();
    List<String> lines = new ArrayList<>();
    lines.add("%s [%s]%s".formatted(head(group), group.severity().text(), group.known() ? ", known" : ""));
    if (group.followsFrom() != null) {
      lines.add("follows from " + group.followsFrom());
    }
    lines.add("%s%s".formatted(group.count() > 1 ? "first at " : "at ", place(path, first.brokenAt())));
    for (Quote quote : first.evidence()) {
      lines.add("%s: %s".formatted(quote.place(), quote.says()));
      for (String line : quote.text().split("\n", -1)) {
        lines.add("  | " + line);
      }
    }
    return lines;
  }
}
