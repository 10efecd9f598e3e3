package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every format writes the same three reports as its fixture has them. With -Dvmatrace.refresh=true the fixtures are written anew. */
class CheckFormatTest {
  private static final Path FIXTURES = Path.of("src/test/resources/report");

  @ParameterizedTest
  @EnumSource(CheckFormat.class)
  void shouldWriteWhatTheFixtureHas(CheckFormat format) throws IOException {
    Path fixture = FIXTURES.resolve("three-captures." + format.text());
    String written = write(format, List.of(ReportSamples.broken(4), ReportSamples.clean(), ReportSamples.inconclusive()));
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(fixture, written);
    }
    assertThat(written).isEqualTo(Files.readString(fixture));
  }

  /** The captures go to a file here, and come back whole and in their order after the verdict that is known last. */
  @Test
  void shouldWriteOneObjectOfARunThatDoesNotFitInMemory() {
    List<Report> reports = List.of(ReportSamples.clean(), ReportSamples.broken(2_000), ReportSamples.inconclusive());
    String written = write(CheckFormat.JSON, reports);
    assertThat(written.length()).isGreaterThan(Spool.MOST_IN_MEMORY);
    JsonNode run = JsonMapper.shared().readTree(written);
    assertThat(run.propertyNames()).containsExactly("schema", "tool", "verdict", "captures");
    assertThat(run.path("verdict").asString()).isEqualTo("VIOLATION");
    assertThat(run.path("captures").values()).extracting(capture -> capture.path("path").asString()).containsExactly("clean.txt", "broken.txt", "lost.txt");
    assertThat(run.path("captures").path(1).path("findings").size()).isEqualTo(2_000);
    boolean asIfWrittenAtOnce = written.equals(JsonParts.text(run.asObject()) + "\n");
    assertThat(asIfWrittenAtOnce).isTrue();
  }

  @Test
  void shouldWriteARunWithoutCaptures() {
    String written = write(CheckFormat.JSON, List.of());
    assertThat(written).endsWith("\"verdict\" : \"INCONCLUSIVE\",\n  \"captures\" : [ ]\n}\n");
    assertThat(write(CheckFormat.TEXT, List.of())).isEmpty();
  }

  private static String write(CheckFormat format, List<Report> reports) {
    StringWriter out = new StringWriter();
    try (ReportWriter writer = format.writer(new ReportOutput(out, Style.PLAIN, "1.0"))) {
      writer.begin(reports.size() > 1);
      reports.forEach(writer::capture);
      writer.end(reports.stream().map(Summary::of).reduce(Summary.EMPTY, Summary::merge));
    }
    return out.toString();
  }
}
