package io.vmatrace.checker.report;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Reports for people: pages, one after the other; of several captures the last line says what all came to. */
public final class TextReports implements ReportWriter {
  private final ReportOutput output;
  private boolean several;

  public TextReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean ofSeveral) {
    several = ofSeveral;
  }

  @Override
  public void capture(Report report) {
    page(TextReport.write(report, output.style()));
  }

  @Override
  public void unread(Unread input) {
    Page page = new Page(output.style());
    page.line("%s  %s: %s".formatted(output.style().bad(input.verdict().name()), input.path(), input.error()));
    page(page.text());
  }

  private void page(String text) {
    write(several ? text + "\n" : text);
  }

  private void write(String text) {
    try {
      output.out().write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end(Summary summary) {
    if (several) {
      write(summary.text() + "\n");
    }
  }
}
