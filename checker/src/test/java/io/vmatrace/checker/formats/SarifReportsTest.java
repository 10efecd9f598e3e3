package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.SpecificationVersion;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportSamples;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** SARIF by its schema, and by what GitHub's code scanning asks for beyond that. */
class SarifReportsTest {
  private static JsonNode run(String sarif) {
    return JsonMapper.shared().readTree(sarif).at("/runs/0");
  }

  @Test
  void shouldBeValid() throws Exception {
    InputStream schema = Objects.requireNonNull(SarifReportsTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json"));
    assertThat(JsonSchemas.errors(schema, SpecificationVersion.DRAFT_7, OddRuns.written(CheckFormat.SARIF))).isEmpty();
  }

  @Test
  void shouldHaveAResultForEachCauseAndCapture() {
    JsonNode run = run(OddRuns.written(CheckFormat.SARIF));
    assertThat(run.at("/automationDetails/id").asString()).isEqualTo("vmatrace/nightly/");
    assertThat(run.get("results").values()).hasSize(1 + 1 + 1 + 30 + 1 + 1 + 1);
    assertThat(run.at("/results/1/occurrenceCount").asInt()).isEqualTo(OddRuns.FINDINGS);
    for (JsonNode result : run.get("results")) {
      assertThat(run.at("/tool/driver/rules/%d/id".formatted(result.get("ruleIndex").asInt())).asString()).isEqualTo(result.get("ruleId").asString());
      assertThat(result.at("/partialFingerprints/primaryLocationLineHash").asString()).startsWith("R59/");
      assertThat(result.at("/message/text").asString()).isNotEmpty().doesNotContainPattern("\\p{Cntrl}");
      URI uri = URI.create(result.at("/locations/0/physicalLocation/artifactLocation/uri").asString());
      assertThat(uri.isAbsolute()).isFalse();
    }
  }

  @Test
  void shouldSayWhereItWas() {
    JsonNode run = run(OddRuns.written(CheckFormat.SARIF));
    JsonNode text = run.at("/results/0/locations/0/physicalLocation/region");
    assertThat(text.propertyNames()).containsExactly("startLine", "startColumn", "endLine", "endColumn");
    assertThat(text.get("startLine").asInt()).isEqualTo(7);
    assertThat(run.at("/results/0/locations/0/physicalLocation/artifactLocation/uri").asString()).isEqualTo("./odd%20%231%1B%5B31m,%20a:b%250A::error::%3Cx%3E%5D%5D%3E.txt");
    JsonNode binary = run.get("results").values().stream().filter(result -> result.get("level").asString().equals("note")).findFirst().orElseThrow();
    assertThat(binary.at("/locations/0/physicalLocation/region/byteOffset").asInt()).isEqualTo(4_096);
    assertThat(binary.at("/locations/0/physicalLocation/region/byteLength").asInt()).isPositive();
    JsonNode flows = run.at("/results/1/codeFlows/0/threadFlows");
    assertThat(flows.values().stream().flatMap(flow -> flow.get("locations").valueStream()).map(step -> step.get("executionOrder").asInt())).containsExactly(1, 2);
  }

  /** The line, and the columns of its text, are those of the decompressed capture. */
  @Test
  void shouldNameTheRegionOfTheDecompressedText() throws Exception {
    Path capture = Path.of("../samples/broken-free-attached-churn.txt.zst");
    Report report = Check.run(capture.toString(), new Check.Options(null, false), _ -> {});
    JsonNode region = run(Written.of(CheckFormat.SARIF, List.of(report))).at("/results/0/locations/0/physicalLocation/region");
    try (InputStream in = new ZstdInputStream(Files.newInputStream(capture))) {
      String line = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(region.get("startLine").asInt() - 1L).findFirst().orElseThrow();
      assertThat(line.substring(region.get("startColumn").asInt() - 1, region.get("endColumn").asInt() - 1)).isEqualTo(line.strip()).startsWith("workload-144 ").contains(": vm_area_free: ");
    }
  }

  @Test
  void shouldSuppressWhatIsKnown() {
    JsonNode run = run(Written.of(CheckFormat.SARIF, List.of(ReportSamples.known(), ReportSamples.broken(1))));
    assertThat(run.at("/results/0/suppressions/0/kind").asString()).isEqualTo("external");
    assertThat(run.at("/results/0/level").asString()).isEqualTo("warning");
    assertThat(run.at("/results/1/suppressions").isEmpty()).isTrue();
    assertThat(run.at("/results/1/level").asString()).isEqualTo("error");
  }

  @Test
  void shouldNotifyOfCapturesWithoutAVerdict() {
    JsonNode invocation = run(OddRuns.written(CheckFormat.SARIF)).at("/invocations/0");
    assertThat(invocation.get("executionSuccessful").asBoolean()).isFalse();
    assertThat(invocation.get("toolExecutionNotifications").values()).extracting(said -> said.get("level").asString()).containsExactly("warning", "warning", "error", "error", "error");
    assertThat(run(Written.of(CheckFormat.SARIF, List.of(ReportSamples.unchecked()))).at("/invocations/0/executionSuccessful").asBoolean()).isTrue();
  }

  /** GitHub refuses more. */
  @Test
  void shouldWriteNoMoreResultsThanAreTaken() {
    JsonNode run = run(Written.of(CheckFormat.SARIF, List.of(ReportSamples.manyCauses(OddRuns.FINDINGS + 7))));
    assertThat(run.get("results").size()).isEqualTo(OddRuns.FINDINGS);
    assertThat(run.at("/invocations/0/toolExecutionNotifications/0/message/text").asString()).isEqualTo("7 more results are left out");
  }

  @Test
  void shouldDescribeEveryRuleOfTheCatalogue() {
    assertThat(Rules.infos()).allSatisfy(info -> {
      JsonNode rule = SarifRule.of(info.id(), 0).node();
      assertThat(rule.at("/help/text").asString()).hasSizeBetween(80, 1_024).contains("vmatrace rules " + info.id());
      assertThat(rule.at("/shortDescription/text").asString()).hasSizeLessThan(1_024).endsWith(".");
      assertThat(rule.at("/fullDescription/text").asString()).hasSizeLessThan(1_025);
    });
  }
}
