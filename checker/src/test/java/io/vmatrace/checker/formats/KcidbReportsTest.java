package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.SpecificationVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** KCIDB's JSON by the schema 5.3, where that is there, and by what it means. */
class KcidbReportsTest {
  private static final Path SCHEMA = Path.of("../../shared/schemas/kcidb-5.3.json");
  private static final String WRITTEN = OddRuns.written(CheckFormat.KCIDB);

  private static List<JsonNode> tests() {
    return JsonMapper.shared().readTree(WRITTEN).get("tests").valueStream().toList();
  }

  @Test
  void shouldBeValid() throws Exception {
    assumeTrue(Files.exists(SCHEMA), "no " + SCHEMA);
    assertThat(JsonSchemas.errors(Files.newInputStream(SCHEMA), SpecificationVersion.DRAFT_2020_12, WRITTEN)).isEmpty();
  }

  @Test
  void shouldHaveNoNullAndNoNumberTwice() {
    assertThat(tests()).extracting(test -> test.get("id").asString()).doesNotHaveDuplicates().allMatch(id -> id.matches("myci:[^\\x00]*"));
    assertThat(tests()).extracting(test -> test.get("build_id").asString()).containsOnly("myci:4711");
    assertThat(tests()).extracting(test -> test.get("path").asString()).allMatch(path -> path.matches("vmatrace(\\.R\\d+)?"));
    assertThat(tests()).allMatch(test -> test.valueStream().noneMatch(JsonNode::isNull));
    assertThat(tests()).allMatch(test -> test.path("log_excerpt").asString("").length() <= 16_384);
  }

  @Test
  void shouldCountEachStatus() {
    Map<String, Integer> captures = new TreeMap<>();
    Map<String, Integer> rules = new TreeMap<>();
    tests().forEach(test -> (test.get("path").asString().equals("vmatrace") ? captures : rules).merge(test.get("status").asString(), 1, Integer::sum));
    assertThat(captures).isEqualTo(Map.of("PASS", 3, "FAIL", 4, "MISS", 2, "ERROR", 3));
    assertThat(rules).containsEntry("FAIL", 5).containsEntry("DONE", 1).doesNotContainKey("ERROR");
  }
}
