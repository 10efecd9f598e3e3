package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The story of a finding for people: what was in flight where its rule was broken, then the columns. */
final class StoryText {
  /** So many bystanders are named. */
  private static final int MOST_NAMES = 4;

  private StoryText() {}

  static void write(Story story, FindingReport finding, Style style, Page page) {
    page.line("");
    story.breaking().ifPresent(row -> row.others().stream().filter(Side::isBusy).forEach(side -> page.wrapped("  ", "    ", inFlight(side))));
    StoryColumns columns = new StoryColumns(style, page::line);
    int without = columns.arrange(story.rows());
    story.rows().forEach(columns::row);
    if (without > 0) {
      page.line("  %d tasks share the last column.".formatted(without));
    }
    page.line("");
    story.breaking().ifPresent(row -> bystanders(story, row, finding, page));
  }

  /** Tasks that did something about the VMA, of which the finding needs nothing: no event of theirs is evidence, and they were inside of nothing. */
  private static void bystanders(Story story, StoryRow breaking, FindingReport finding, Page page) {
    Set<Integer> needed = finding.evidence().stream().map(Quote::pid).collect(Collectors.toCollection(HashSet::new));
    needed.add(breaking.task().pid());
    needed.add(finding.at().pid());
    breaking.others().stream().filter(StoryText::isAtSomething).map(Side::pid).forEach(needed::add);
    List<String> names = story.rows().stream().filter(StoryRow::isStep).map(StoryRow::task).filter(side -> !needed.contains(side.pid())).map(Side::name).distinct().toList();
    if (!names.isEmpty()) {
      String who = names.size() > MOST_NAMES ? "%d tasks are bystanders".formatted(names.size()) : String.join(", ", names) + (names.size() == 1 ? " is a bystander" : " are bystanders");
      page.wrapped("  ", "  ", who + ": inside of nothing where the rule is broken, and no part of the proof");
      page.line("");
    }
  }

  private static boolean isAtSomething(Side side) {
    return side.isBusy() || side.inside() != null || side.vmaLock() != null || side.mmapLock() != null;
  }

  private static String inFlight(Side side) {
    StringBuilder text = new StringBuilder("meanwhile ").append(side.name());
    if (side.inside() != null) {
      text.append(" is inside ").append(side.inside());
    }
    if (side.mmapLock() != null) {
      text.append(side.inside() == null ? " holds" : ", holds").append(" the mmap_lock for ").append(side.mmapLock() == StoryRow.Held.WRITE ? "writing" : "reading");
    }
    if (side.since() != null) {
      text.append(", since ").append(side.since().shortTime());
      text.append(side.since().cpu() < 0 ? "" : " on CPU " + side.since().cpu());
    }
    return text.toString();
  }
}
