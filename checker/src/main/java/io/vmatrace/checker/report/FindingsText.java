package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.Report.RuleResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The findings of a report for people: of each cause the first one whole, with the lines that prove it, and how many more there are. */
final class FindingsText {
  private final Report report;
  private final Style style;
  private final Page page;

  /** Whether it is said what the letters of a story mean. */
  private boolean explained;

  /** Those whose stories have been told. */
  private final List<FindingReport> stories = new ArrayList<>();

  FindingsText(Report report, Style style, Page page) {
    this.report = report;
    this.style = style;
    this.page = page;
  }

  void write() {
    report.groups().forEach(this::group);
    report.rules().forEach(this::inNoGroup);
  }

  private void group(FindingGroup group) {
    FindingReport told = group.told();
    page.line("");
    String cause = group.certainty() == Certainty.DEFINITE ? style.bad(group.cause()) : style.doubtful("possible " + group.cause());
    page.line("%s  %s  [%s]".formatted(cause, style.strong(where(told.brokenAt())), group.severity().text()));
    page.wrapped("  ", "  ", Page.printable(told.message()));
    if (group.count() > 1) {
      page.wrapped("  ", "  ", extent(group));
    }
    if (group.followsFrom() != null) {
      page.wrapped("  ", "  ", "follows from %s, in the same write section and at the same VMA".formatted(group.followsFrom()));
    }
    if (told.doubt() != null) {
      page.wrapped("  ", "  ", "only possible: " + told.doubt());
    }
    if (group.known()) {
      page.wrapped("  ", "  ", "known: the baseline has it");
    }
    if (group.slice() != null) {
      page.line("  slice: " + group.slice());
    }
    page.wrapped("  ", "  ", which(group, told) + about(told));
    FindingReport before = toldOf(told);
    if (before != null) {
      page.line("");
      page.wrapped("  ", "  ", "its story is that of %s above: the same %s in the same write section".formatted(before.cause(), told.vma() == null ? "mm" : "VMA"));
      page.line("");
    } else if (told.story() != null) {
      stories.add(told);
      StoryText.write(told.story(), told, style, page);
      if (!explained) {
        explained = true;
        page.wrapped("  ", "  ", StoryColumns.LEGEND);
        page.line("");
      }
    }
    told.evidence().forEach(this::quote);
    more(group);
  }

  private static String which(FindingGroup group, FindingReport told) {
    if (group.count() == 1) {
      return "";
    }
    return told == group.first() ? "the first: " : "one of them: ";
  }

  /** The finding whose story has been told and is that of another too; null for none. */
  private @Nullable FindingReport toldOf(FindingReport finding) {
    return stories.stream().filter(before -> isOneAffair(before, finding)).findFirst().orElse(null);
  }

  /** Whether both are about one VMA in one write section, and the story of the one has the event of the other. */
  private static boolean isOneAffair(FindingReport before, FindingReport finding) {
    boolean same = finding.section() > 0 && before.section() == finding.section() && Objects.equals(finding.vma(), before.vma()) && Objects.equals(finding.mm(), before.mm());
    Story story = before.story();
    return same && story != null && story.rows().stream().anyMatch(row -> row.place().offset() == finding.at().offset());
  }

  /** {@code 168 times: VMAs at 17 addresses in 10 write sections, 1 task, 5.575901 to 5.633247}. */
  private static String extent(FindingGroup group) {
    List<String> parts = new ArrayList<>();
    if (group.vmas() > 0) {
      parts.add((group.vmas() == 1 ? "1 VMA" : "VMAs at %d addresses".formatted(group.vmas())) + (group.sections() > 0 ? " in " + counted(group.sections(), "write section") : ""));
    }
    parts.add(counted(group.tasks(), "task"));
    parts.add("%s to %s".formatted(group.first().at().shortTime(), group.findings().getLast().at().shortTime()));
    int listed = group.findings().size();
    return "%d times%s: %s".formatted(group.count(), group.count() > listed ? "; the first %d".formatted(listed) : "", String.join(", ", parts));
  }

  private static String counted(long n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  private void more(FindingGroup group) {
    int listed = group.findings().size();
    if (group.count() > 1) {
      page.line("");
      String which = group.count() > listed ? "the first %d".formatted(listed) : "them";
      page.wrapped("  ", "  ", "%d more of %s; `--format json` has %s with their evidence.".formatted(group.count() - 1, group.cause(), which));
    }
  }

  private void inNoGroup(RuleResult rule) {
    List<FindingGroup> groups = report.groups().stream().filter(group -> group.rule().equals(rule.id())).toList();
    boolean possibleShown = report.findings().stream().anyMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    long more = rule.violations() + (possibleShown ? rule.possible() : 0) - groups.stream().mapToLong(FindingGroup::count).sum();
    if (!groups.isEmpty() && more > 0) {
      page.line("");
      page.line("  %d more of %s.".formatted(more, rule.id()));
    }
  }

  private static String about(FindingReport finding) {
    List<String> parts = new ArrayList<>();
    if (finding.vma() != null) {
      parts.add("vma " + finding.vma());
    }
    if (finding.range() != null) {
      parts.add(finding.range());
    }
    if (finding.mm() != null) {
      parts.add("mm " + finding.mm());
    }
    parts.add("task %s-%d".formatted(finding.brokenAt().comm(), finding.brokenAt().pid()));
    return Page.printable(String.join(", ", parts));
  }

  private String where(Quote quote) {
    return quote.line() == null ? "%s at %s".formatted(report.path(), quote.place()) : report.path() + ":" + quote.line();
  }

  private void quote(Quote quote) {
    page.wrapped("    ", "      ", "%s %s".formatted(style.faint(quote.place() + ":"), quote.says()));
    for (String line : quote.text().lines().toList()) {
      page.folded("      | ", "      |   ", line);
    }
  }
}
