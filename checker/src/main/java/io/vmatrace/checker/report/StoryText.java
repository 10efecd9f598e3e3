package io.vmatrace.checker.report;

import io.vmatrace.checker.report.StoryRow.Side;

/** The story of a finding for people: what was in flight where its rule was broken, then the columns. */
final class StoryText {
  private StoryText() {}

  static void write(Story story, Style style, Page page) {
    page.line("");
    story.breaking().ifPresent(row -> row.others().stream().filter(Side::isBusy).forEach(side -> page.wrapped("  ", "    ", inFlight(side))));
    StoryColumns columns = new StoryColumns(style, page::line);
    int without = columns.arrange(story.rows());
    story.rows().forEach(columns::row);
    if (without > 0) {
      page.line("  %d tasks share the last column.".formatted(without));
    }
    page.line("");
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
