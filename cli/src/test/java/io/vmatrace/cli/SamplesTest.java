package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every sample gives the output that lies beside it, and each rule the status in rules.csv. With -Dvmatrace.refresh=true these files are
 * written anew, to be read as a diff. What a report says of each rule is left out of the outputs, so that of these a new rule changes
 * rules.csv only. It also changes what info prints (EventsSamplesTest).
 */
class SamplesTest {
  private static final Path SAMPLES = Path.of("samples");
  private static final boolean REFRESH = Boolean.getBoolean("vmatrace.refresh");
  private static final Pattern RULES_IN_TEXT = Pattern.compile("(?s)\n(Not checked|Checked)\n.*?(?=\n\\S)|(?<=\\.(zst|data)): OK for \\d+ of \\d+ rules(; the VMA lock itself was not recorded)?");
  private static final Pattern RULES_IN_JSON = Pattern.compile("(?s)\n    \"rules\" : \\[.*?\n    } ],");

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.filter(path -> path.toString().matches(".*\\.((txt|log)\\.zst|data)")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldGiveTheExpectedText(Path sample) throws IOException {
    Runs.Result result = Runs.run("check", sample.toString());
    assertThat(result.status()).isEqualTo(sample.getFileName().toString().startsWith("clean-") ? 0 : 1);
    assertThat(result.out().lines()).contains("Checked", "Not checked");
    compare(SAMPLES.resolve(name(sample) + ".expected.txt"), RULES_IN_TEXT.matcher(result.out()).replaceAll(""));
    assertThat(result.out().lines().filter(line -> !line.contains(".zst") && !line.contains(".data")).toList()).allMatch(line -> line.length() <= 84);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldGiveTheExpectedJson(Path sample) throws IOException {
    String json = Runs.run("check", "--format", "json", sample.toString()).out();
    assertThat(Schemas.of("check-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    assertCausesSumUp(JsonMapper.shared().readTree(json).at("/captures/0"));
    compare(SAMPLES.resolve(name(sample) + ".expected.json"), RULES_IN_JSON.matcher(json).replaceAll(""));
    assertThat(Runs.run("check", "--format", "json", sample.toString()).out()).isEqualTo(json);
  }

  private static void assertCausesSumUp(JsonNode capture) {
    for (String path : List.of("vmaLock", "mmapLock", "unresolved")) {
      long sum = capture.get("faultCauses").valueStream().filter(cause -> cause.get("path").asString().equals(path)).mapToLong(cause -> cause.get("count").asLong()).sum();
      assertThat(sum).as(path).isEqualTo(capture.get("faults").get(path).asLong());
    }
  }

  @Test
  void shouldGiveEachRuleTheExpectedStatus() throws IOException {
    List<String> header = new ArrayList<>(List.of("rule"));
    Map<String, List<String>> statuses = new TreeMap<>();
    for (Path sample : samples().toList()) {
      header.add(name(sample));
      String json = Runs.run("check", "--format", "json", sample.toString()).out();
      for (JsonNode rule : JsonMapper.shared().readTree(json).at("/captures/0/rules")) {
        statuses.computeIfAbsent(rule.get("id").asString(), _ -> new ArrayList<>()).add(status(rule));
      }
    }
    assertThat(statuses.values()).allMatch(of -> of.size() == header.size() - 1);
    StringBuilder csv = new StringBuilder(String.join(",", header)).append('\n');
    statuses.forEach((rule, of) -> csv.append(rule).append(',').append(String.join(",", of)).append('\n'));
    compare(SAMPLES.resolve("rules.csv"), csv.toString());
  }

  /** The status, and how often the rule was checked and broken where that says more. */
  private static String status(JsonNode rule) {
    String status = rule.get("status").asString();
    return switch (status) {
      case "held", "inconclusive" -> "%s %d".formatted(status, rule.get("checked").asLong());
      case "violated" -> "%s %d of %d".formatted(status, rule.get("violations").asLong(), rule.get("checked").asLong());
      default -> status;
    };
  }

  private static String name(Path sample) {
    return sample.getFileName().toString().replaceFirst("\\.((txt|log)\\.zst|data)$", "");
  }

  private static void compare(Path expected, String output) throws IOException {
    if (REFRESH) {
      Files.writeString(expected, output);
    }
    assertThat(output.lines().toList())
        .as("%s: if the change is meant, run with -Dvmatrace.refresh=true and read the diff", expected)
        .isEqualTo(Files.readAllLines(expected));
  }
}
