package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.RunName;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.io.StringWriter;
import java.util.List;

/** What a format makes of a run. */
final class Written {
  private static final RunName NAME = new RunName("nightly", "myci", "myci:4711");

  private Written() {}

  static String of(CheckFormat format, List<Report> reports) {
    return of(format, reports, List.of());
  }

  static String of(CheckFormat format, List<Report> reports, List<Unread> unread) {
    StringWriter out = new StringWriter();
    try (ReportWriter writer = format.writer(new ReportOutput(out, Style.PLAIN, "1.0", NAME))) {
      writer.begin(reports.size() + unread.size() > 1);
      reports.forEach(writer::capture);
      unread.forEach(writer::unread);
      Summary read = reports.stream().map(Summary::of).reduce(Summary.EMPTY, Summary::merge);
      writer.end(unread.stream().map(Summary::of).reduce(read, Summary::merge));
    }
    return out.toString();
  }
}
