package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What stats prints of captures, one by one and added up. */
class StatsCommandTest {
  private static final String CHURN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String MIXED = "samples/clean-7.3.4-mixed.txt.zst";

  @TempDir Path folder;

  static Stream<String> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("samples"))) {
      return files.map(Path::toString).filter(name -> name.matches(".*(txt\\.zst|\\.data|\\.dat|console\\.log)")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldBeAsTheSchemaHasIt(String sample) {
    String json = Runs.run("stats", "--format", "json", sample).out();
    assertThat(Schemas.of("stats-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldFitIntoEightyColumns(String sample) {
    assertThat(Runs.run("stats", sample).out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void shouldGiveTheSameFiguresInEveryFormat() {
    JsonNode json = JsonMapper.shared().readTree(Runs.run("stats", "--format", "json", CHURN).out()).at("/captures/0");
    List<String> rows = Runs.run("stats", "--format", "csv", CHURN).out().lines().toList();
    assertThat(rows.getFirst()).isEqualTo("capture,mm,figure,unit,count,sum,least,p50,p90,p99,longest");
    json.get("times").properties().forEach(time -> {
      JsonNode of = time.getValue();
      if (of.isNull()) {
        assertThat(rows).noneMatch(row -> row.contains(",%s,".formatted(time.getKey())));
        return;
      }
      assertThat(rows).contains(String.join(",", CHURN, "", time.getKey(), "ns", of.get("count").toString(), of.get("sum").toString(), of.get("least").toString(),
          of.get("p50").toString(), of.get("p90").toString(), of.get("p99").toString(), of.get("longest").toString()));
    });
    String text = Runs.run("stats", CHURN).out();
    assertThat(text).contains("Page faults  %d:".formatted(json.at("/faults/vmaLock").asLong() + json.at("/faults/mmapLock").asLong()));
    assertThat(text).containsPattern("mmap_lock held, to write +%d ".formatted(json.at("/times/write-hold/count").asLong()));
  }

  @Test
  void shouldAddCapturesUp() {
    JsonNode both = JsonMapper.shared().readTree(Runs.run("stats", "--format", "json", CHURN, MIXED).out()).get("captures");
    JsonNode merged = JsonMapper.shared().readTree(Runs.run("stats", "--merge", "--format", "json", CHURN, MIXED).out()).get("captures");
    assertThat(merged).hasSize(1);
    for (String figure : List.of("/faults/vmaLock", "/times/read-wait/count", "/times/write-hold/sum", "/times/start-write/count", "/tree/stores", "/writeLocks/metReader")) {
      assertThat(merged.at("/0" + figure).asLong()).as(figure).isEqualTo(both.at("/0" + figure).asLong() + both.at("/1" + figure).asLong()).isPositive();
    }
  }

  /** The same capture with events lost, with a line damaged, without some releases, with its last hundred lines before the others, or cut short. */
  private Path edited(String how) throws IOException {
    List<String> lines = new ArrayList<>(new String(new ZstdInputStream(Files.newInputStream(Path.of(CHURN))).readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    int half = lines.size() / 2;
    switch (how) {
      case "lost" -> lines.add(half, "CPU:1 [LOST 23 EVENTS]");
      case "damaged" -> lines.set(half, "\u0001\u0002\u0003" + lines.get(half).substring(40));
      case "filtered" -> lines.removeIf(line -> line.startsWith("#") || line.contains("mmap_lock_released") && line.contains("write=false"));
      case "back" -> lines.addAll(half, List.copyOf(lines.subList(lines.size() - 100, lines.size())));
      default -> lines.subList(half, lines.size()).clear();
    }
    return Files.writeString(folder.resolve(how + ".txt"), String.join("\n", lines) + (how.equals("cut") ? "" : "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost", "damaged", "back", "cut"})
  void shouldSayWhatIsMissingAsCheckDoes(String how) throws IOException {
    String capture = edited(how).toString();
    List<String> reasons = texts(JsonMapper.shared().readTree(Runs.run("check", "--format", "json", capture).out()).at("/captures/0/reasons"));
    String json = Runs.run("stats", "--format", "json", capture).out();
    assertThat(Schemas.of("stats-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode stats = JsonMapper.shared().readTree(json).at("/captures/0");
    assertThat(texts(stats.get("incomplete"))).isNotEmpty().isEqualTo(reasons.subList(0, stats.get("incomplete").size()));
    assertThat(stats.at("/input/lost").asInt()).isEqualTo(how.equals("lost") ? 23 : 0);
    String text = Runs.run("stats", capture).out();
    assertThat(text.replaceAll("\\s+", " ")).contains(reasons.stream().limit(stats.get("incomplete").size()).map(reason -> " incomplete " + reason).toList());
    assertThat(text.lines()).allMatch(line -> line.length() <= 80);
    assertThat(Runs.run("stats", "--format", "csv", capture).out()).contains(",,incomplete,,1,,,,,,").contains(",,lost-events,,%d,".formatted(how.equals("lost") ? 23 : 0));
  }

  /** No rule needs to know here, and each figure of the mmap_lock does. */
  @Test
  void shouldSayThatEventsOfTheMmapLockAreFiltered() throws IOException {
    JsonNode stats = JsonMapper.shared().readTree(Runs.run("stats", "--format", "json", edited("filtered").toString()).out()).at("/captures/0");
    assertThat(texts(stats.get("incomplete"))).singleElement().asString().startsWith("the events of the mmap_lock do not fit together (");
  }

  @Test
  void shouldSayWhichOfManyCapturesAreIncomplete() throws IOException {
    JsonNode merged = JsonMapper.shared().readTree(Runs.run("stats", "--merge", "--format", "json", CHURN, edited("lost").toString(), edited("back").toString()).out()).at("/captures/0");
    assertThat(texts(merged.get("incomplete"))).satisfiesExactly(lost -> assertThat(lost).contains("lost.txt: 23 events were lost"), back -> assertThat(back).contains("back.txt: time goes back"));
    assertThat(merged.at("/input/lost").asInt()).isEqualTo(23);
    assertThat(JsonMapper.shared().readTree(Runs.run("stats", "--format", "json", CHURN).out()).at("/captures/0/incomplete")).isEmpty();
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void shouldSayWhatCannotBeRead() throws IOException {
    Path prose = Files.writeString(folder.resolve("prose"), "no capture at all\n");
    Runs.Result result = Runs.run("stats", "--format", "csv", CHURN, prose.toString());
    assertThat(result.status()).isEqualTo(ExitStatus.UNREADABLE.code());
    assertThat(result.err()).contains("prose").hasLineCount(1);
    assertThat(result.out()).contains(CHURN);
  }

  @Test
  void shouldNameTheOtherSystemCallsThatHoldTheLock() {
    String out = Runs.run("stats", "--format", "json", "samples/broken-detach-no-wait-churn.txt.zst").out();
    JsonNode calls = JsonMapper.shared().readTree(out).at("/captures/0/holds/otherCalls");
    assertThat(calls.get("read").propertyNames()).containsExactly("exit_group()");
    assertThat(calls.at("/read/exit_group()/count").asInt()).isEqualTo(2);
    assertThat(calls.at("/read/exit_group()/sum").asLong()).isEqualTo(134_000);
  }
}
