package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.StoryRow.Begun;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    bystanders(story.bystanders(finding), page);
  }

  private static void bystanders(List<Side> tasks, Page page) {
    if (!tasks.isEmpty()) {
      String names = tasks.stream().map(Side::name).collect(Collectors.joining(", "));
      String who = tasks.size() > MOST_NAMES ? "%d tasks are bystanders".formatted(tasks.size()) : names + (tasks.size() == 1 ? " is a bystander" : " are bystanders");
      page.wrapped("  ", "  ", who + ": inside of nothing where the rule is broken, and no part of the proof");
      page.line("");
    }
  }

  private static String inFlight(Side side) {
    Begun begun = side.begun();
    List<String> parts = new ArrayList<>();
    if (side.inside() != null) {
      parts.add("is inside " + side.inside() + since(begun == null ? null : begun.inner()));
    } else if (side.vmaLock() == Held.READ) {
      parts.add("may hold the VMA read-locked" + since(begun == null ? null : begun.inner()) + " (no event shows when it lets go)");
    }
    if (side.mmapLock() != null) {
      parts.add("holds the mmap_lock for " + (side.mmapLock() == Held.WRITE ? "writing" : "reading") + since(begun == null ? null : begun.mmapLock()));
    }
    if (side.vmaLock() == Held.WRITE) {
      parts.add("has the VMA write-locked");
    }
    if (parts.isEmpty()) {
      parts.add("is in a call" + since(side.since()));
    }
    return "meanwhile %s %s".formatted(side.name(), String.join(", and ", parts));
  }

  private static String since(@Nullable Place place) {
    return place == null ? "" : " since %s%s".formatted(place.shortTime(), place.cpu() < 0 ? "" : " on CPU " + place.cpu());
  }
}
