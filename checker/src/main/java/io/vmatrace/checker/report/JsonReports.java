package io.vmatrace.checker.report;


/**
 * Reports as one object, schema vmatrace/check/1. The run's verdict, known only at its end, stands before the captures: until then they
 * are in a {@link Spool}.
 */
public final class JsonReports implements ReportWriter {
  private final ReportOutput output;
  private final Spool spool = new Spool();

  /** An object that holds the captures only; the run's other properties are put in front of them at the end. */
  private final JsonRun captures = new JsonRun(spool.writer(), JsonParts.object());

  public JsonReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // what comes first is known last
  }

  @Override
  public void capture(Report report) {
    captures.capture(JsonReport.capture(report));
  }

  @Override
  public void unread(Unread input) {
    captures.capture(JsonParts.unread(input));
  }

  @Override
  public void end(Summary summary) {
    captures.close();
    String head = JsonText.of(JsonParts.run(JsonReport.SCHEMA, output.version()).put("verdict", summary.worst().name()), true);
    output.write(head.substring(0, head.lastIndexOf("\n}")));
    output.write(",");
    spool.copyTo(output, "{".length());
  }

  @Override
  public void close() {
    spool.close();
  }
}
