package io.vmatrace.checker.report;


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
    output.write(several ? text + "\n" : text);
  }

  @Override
  public void end(Summary summary) {
    if (several || summary.captures().values().stream().mapToLong(Long::longValue).sum() > 1) { // what an archive has shows as it is read
      output.write(summary.text() + "\n");
    }
  }
}
