package io.vmatrace.checker.story;

import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.StoryColumns;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.report.Unread;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Histories for people, in columns. Those of the first rows are known before any is written; tasks that come later find room, or share. */
public final class HistoryText implements HistoryWriter {
  /** So many rows are kept to choose the columns by. */
  private static final int AHEAD = 2_000;

  /** More are no page that a person reads: it is said how to have fewer. */
  private static final int MOST_ROWS = 100;

  private final HistoryTarget target;
  private final PrintWriter out;
  private final Style style;
  private final List<StoryRow> ahead = new ArrayList<>();
  private String path = "";
  private @Nullable StoryColumns columns;
  private String told = "";
  private long rows;

  /** @param out stays open */
  public HistoryText(HistoryTarget target, PrintWriter out, Style style) {
    this.target = target;
    this.out = out;
    this.style = style;
  }

  @Override
  public void begin(String of) {
    path = of;
    columns = null;
    rows = 0;
  }

  @Override
  public void row(StoryRow row) {
    rows++;
    if (columns != null) {
      columns.row(row);
      return;
    }
    ahead.add(row);
    if (ahead.size() >= AHEAD) {
      arrange();
    }
  }

  private void arrange() {
    Page page = new Page(style);
    page.line("%s  %s".formatted(style.strong("History of " + target.text()), path));
    page.wrapped("  ", "  ", StoryColumns.LEGEND);
    page.line("");
    out.print(page.text());
    StoryColumns chosen = new StoryColumns(style, out::println);
    columns = chosen;
    int without = chosen.arrange(ahead);
    ahead.forEach(chosen::row);
    ahead.clear();
    if (without > 0) {
      told = "  %d tasks have no column of their own: they share the last.".formatted(without);
    }
  }

  @Override
  public void end() {
    if (!ahead.isEmpty()) {
      arrange();
    }
    if (rows > MOST_ROWS) {
      Page page = new Page(style);
      page.wrapped("  ", "  ", "%,d rows; --from and --to show those of a time".formatted(rows));
      out.print(page.text());
    }
    if (!told.isEmpty()) {
      out.println(told);
      told = "";
    }
    out.flush();
  }

  @Override
  public void unread(Unread input) {
    out.println("%s  %s: %s".formatted(input.verdict().name(), input.path(), input.error()));
  }

  @Override
  public void close() {
    out.flush();
  }
}
