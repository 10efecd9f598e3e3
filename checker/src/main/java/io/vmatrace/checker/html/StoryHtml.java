package io.vmatrace.checker.html;

import io.vmatrace.checker.report.Story;
import io.vmatrace.checker.report.StoryColumns;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A story as a table: a column for each task, time downwards; in each what the task holds and is inside of, in the rows of other tasks too. */
final class StoryHtml {
  private final Story story;

  /** The tasks by their pids, in the order in which they act. */
  private final Map<Integer, String> tasks = new LinkedHashMap<>();

  StoryHtml(Story story) {
    this.story = story;
    story.rows().stream().filter(StoryRow::isStep).forEach(row -> tasks.put(row.task().pid(), row.task().name()));
  }

  void write(Markup out) {
    out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "What tasks did about " + story.subject()).open("table", "class", "story");
    out.open("thead").open("tr").element("th", "time", "scope", "col").element("th", "CPU", "scope", "col");
    tasks.values().forEach(name -> out.element("th", name, "scope", "col"));
    out.close().close().open("tbody");
    story.rows().forEach(row -> row(out, row));
    out.close().close().close();
    out.element("p", StoryColumns.LEGEND, "class", "legend");
  }

  private void row(Markup out, StoryRow row) {
    if (row.leftOut() > 0) {
      out.open("tr", "class", "left").element("td", "%d row%s left out".formatted(row.leftOut(), CaptureHtml.s(row.leftOut())), "colspan", Integer.toString(tasks.size() + 2)).close();
    }
    boolean event = !row.step().equals(StoryRow.ABSENT);
    out.open("tr", "class", row.breaks() != null ? "broken" : row.proves() != null ? "proved" : "");
    out.element("th", event ? row.place().shortTime() : "", "scope", "row").element("td", event && row.place().cpu() >= 0 ? Integer.toString(row.place().cpu()) : "", "class", "number");
    if (!row.isStep()) {
      out.element("td", row.text(), "colspan", Integer.toString(tasks.size())).close();
      return;
    }
    for (int pid : tasks.keySet()) {
      cell(out, row, pid);
    }
    out.close();
  }

  private void cell(Markup out, StoryRow row, int pid) {
    boolean own = row.task().pid() == pid;
    Side side = own ? row.task() : row.others().stream().filter(other -> other.pid() == pid).findFirst().orElse(null);
    out.open("td", "class", own ? (holds(side) + " own").strip() : holds(side), "data-task", tasks.getOrDefault(pid, ""));
    out.element("b", side == null ? "" : letters(side), "class", "gutter");
    if (own) {
      out.text(row.text());
      for (Change change : row.changes()) {
        out.open("span", "class", "change").text("%s %s".formatted(change.name(), change.before() == null ? change.after() : "%s \u2192 %s".formatted(change.before(), change.after()))).close();
      }
      Stream.of(row.breaks() == null ? "" : row.breaks() + " broken here", row.proves() == null ? "" : row.proves() + " proved here")
          .filter(text -> !text.isEmpty())
          .forEach(text -> out.element("strong", "\u25c0 " + text));
    }
    out.close();
  }

  /** The classes that colour a cell by what its task holds. */
  private static String holds(@Nullable Side side) {
    if (side == null) {
      return "";
    }
    String lock = side.mmapLock() == null ? "" : side.mmapLock() == Held.WRITE ? "W" : "R";
    return side.inside() != null ? (lock + " inside").strip() : lock;
  }

  private static String letters(Side side) {
    return StoryColumns.gutter(side);
  }
}
