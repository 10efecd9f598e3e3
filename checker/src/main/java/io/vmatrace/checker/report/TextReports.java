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
    try {
      output.out().write(TextReport.write(report, output.style()));
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
