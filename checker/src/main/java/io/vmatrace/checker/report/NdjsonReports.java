package io.vmatrace.checker.report;

import tools.jackson.databind.node.ObjectNode;

/** One line of JSON for each finding, then one for its capture, schema vmatrace/check-line/1: schema/check-line-1.schema.json. */
public final class NdjsonReports implements ReportWriter {
  private static final String SCHEMA = "vmatrace/check-line/1";

  private final ReportOutput output;

  public NdjsonReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // every line says of which capture it is
  }

  @Override
  public void capture(Report report) {
    report.findings().forEach(finding -> line("finding", report.path(), JsonReport.finding(finding)));
    line("capture", report.path(), JsonReport.capture(report));
  }

  @Override
  public void unread(Unread input) {
    line("capture", input.path(), JsonParts.unread(input));
  }

  @Override
  public void end(Summary summary) {
    // each line is complete
  }

  private void line(String type, String path, ObjectNode rest) {
    ObjectNode node = JsonParts.object().put("type", type).put("schema", SCHEMA).put("path", path);
    node.setAll(rest);
    output.write(JsonText.of(node, false));
    output.write("\n");
  }
}
