package io.vmatrace.checker.report;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Reports for people: pages, one after the other. */
final class TextReports implements ReportWriter {
  private final ReportOutput output;
  private boolean several;

  TextReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean ofSeveral) {
    several = ofSeveral;
  }

  @Override
  public void capture(Report report) {
    write(TextReport.write(report, output.style()));
  }

  @Override
  public void unread(Unread input) {
    Page page = new Page(output.style());
    page.line("%s  %s: %s".formatted(output.style().bad(input.verdict().name()), input.path(), input.error()));
    write(page.text());
  }

  private void write(String page) {
    try {
      output.out().write(page);
      output.out().write(several ? "\n" : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end(Summary summary) {
    // each page is complete
  }
}
