package io.vmatrace.cli;

import io.vmatrace.checker.report.Unread;
import io.vmatrace.checker.stats.StatsCsv;
import io.vmatrace.checker.stats.StatsJson;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.checker.stats.StatsText;
import java.io.PrintWriter;

/** What {@code vmatrace stats} writes; the names are what the user types. */
enum StatsFormat {
  text,
  json,
  csv;

  private static final TextOrJson.Form<StatsReport> FORM = new TextOrJson.Form<>(StatsJson.SCHEMA, StatsJson::capture, StatsText::write);

  /** A writer that ends what it writes when it is told that there is no more. */
  TextOrJson.Writer<StatsReport> writer(PrintWriter out) {
    return switch (this) {
      case text -> TextOrJson.text.writer(FORM, out);
      case json -> TextOrJson.json.writer(FORM, out);
      case csv -> new Rows(out);
    };
  }

  private static final class Rows implements TextOrJson.Writer<StatsReport> {
    private final PrintWriter out;

    Rows(PrintWriter out) {
      this.out = out;
      out.print(StatsCsv.header());
    }

    @Override
    public void capture(StatsReport report, boolean several) {
      out.print(StatsCsv.rows(report));
    }

    /** It has no row: what is wrong with it stands on standard error. */
    @Override
    public void unread(Unread input) {}

    @Override
    public void end() {
      out.flush();
    }
  }
}
