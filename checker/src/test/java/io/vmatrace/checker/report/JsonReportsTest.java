package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run as one object. */
class JsonReportsTest {
  /** The captures go to a file here, and come back whole and in their order after the verdict that is known last. */
  @Test
  void shouldWriteOneObjectOfARunThatDoesNotFitInMemory() {
    List<Report> reports = List.of(ReportSamples.clean(), ReportSamples.broken(2_000), ReportSamples.inconclusive());
    StringWriter out = new StringWriter();
    try (ReportWriter writer = new JsonReports(new ReportOutput(out, Style.PLAIN, "1.0", RunName.NONE))) {
      writer.begin(true);
      reports.forEach(writer::capture);
      writer.end(reports.stream().map(Summary::of).reduce(Summary.EMPTY, Summary::merge));
    }
    String written = out.toString();
    assertThat(written.length()).isGreaterThan(Spool.MOST_IN_MEMORY);
    JsonNode run = JsonMapper.shared().readTree(written);
    assertThat(run.propertyNames()).containsExactly("schema", "tool", "verdict", "captures");
    assertThat(run.path("verdict").asString()).isEqualTo("VIOLATION");
    assertThat(run.path("captures").values()).extracting(capture -> capture.path("path").asString()).containsExactly("clean.txt", "broken.txt", "lost.txt");
    assertThat(run.path("captures").path(1).path("findings").size()).isEqualTo(2_000);
    boolean asIfWrittenAtOnce = written.equals(JsonText.of(run, true) + "\n");
    assertThat(asIfWrittenAtOnce).isTrue();
  }
}
