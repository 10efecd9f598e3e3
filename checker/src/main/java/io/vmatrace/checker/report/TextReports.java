package io.vmatrace.checker.report;

/** Reports for people: pages, one after the other; the last line says what all captures came to, also where it is one. */
public final class TextReports implements ReportWriter {
  private final ReportOutput output;

  public TextReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {} // nothing comes before the first page

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
    output.write(text + "\n");
  }

  @Override
  public void end(Summary summary) {
    output.write(summary.text() + "\n");
  }
}
