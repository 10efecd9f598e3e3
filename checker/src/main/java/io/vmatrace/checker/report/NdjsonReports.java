package io.vmatrace.checker.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import tools.jackson.databind.node.ObjectNode;

/** One line of JSON for each finding, then one for its capture. */
final class NdjsonReports implements ReportWriter {
  private final ReportOutput output;

  NdjsonReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // every line says of which capture it is
  }

  @Override
  public void capture(Report report) {
    report.findings().forEach(finding -> line(JsonReport.finding(finding)));
    line(JsonReport.capture(report));
  }

  @Override
  public void end(Summary summary) {
    // each line is complete
  }

  private void line(ObjectNode node) {
    try {
      output.out().write(JsonParts.MAPPER.writeValueAsString(node));
      output.out().write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
