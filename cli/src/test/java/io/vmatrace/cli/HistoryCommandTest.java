package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Histories of real VMAs, addresses and tasks, and the stories of findings. With -Dvmatrace.refresh=true the samples are written anew. */
class HistoryCommandTest {
  private static final String BROKEN = "samples/broken-detach-no-wait-churn.txt.zst";
  private static final String VMA = "0xff2fcabac07ace40";
  private static final List<String> AFFAIR = List.of("history", "--from", "7.6743", "--to", "7.6752", VMA, BROKEN);

  @Test
  void shouldGiveTheExpectedText() throws IOException {
    Runs.Result result = Runs.run(AFFAIR.toArray(new String[0]));
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    compare("samples/broken-detach-no-wait-churn.history.txt", result.out());
  }

  @Test
  void shouldGiveTheExpectedJson() throws IOException {
    String json = Runs.run(Stream.concat(AFFAIR.stream(), Stream.of("--format", "json")).toArray(String[]::new)).out();
    assertThat(Schemas.of("history-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    compare("samples/broken-detach-no-wait-churn.history.json", json);
  }

  @Test
  void shouldShowEveryEventThatNamesTheVma() {
    RawText raw = new RawText(BROKEN);
    Set<String> events = Set.of("vm_area_free", "__vma_start_write", "lock_vma_under_rcu_ret", "handle_mm_fault", "remove_vma");
    Set<Long> named = raw.lines().filter(line -> line.rest().contains("vma=" + VMA) && events.contains(line.event())).map(RawText.Line::micros).collect(Collectors.toSet());
    Set<Long> shown = rows("history", VMA, BROKEN).stream().map(row -> new BigDecimal(row.at("/time").asString()).movePointRight(6).longValueExact()).collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(100);
    assertThat(shown).containsAll(named);
  }

  @Test
  void shouldNameATaskInThreeWays() {
    List<JsonNode> byPid = rows("history", "--from", "7.67", "--to", "7.70", "152", BROKEN);
    assertThat(byPid).hasSizeGreaterThan(200).isEqualTo(rows("history", "--from", "7.67", "--to", "7.70", "workload-152", BROKEN));
    List<JsonNode> byComm = rows("history", "--from", "7.67", "--to", "7.70", "workload", BROKEN);
    assertThat(byComm.stream().map(row -> row.at("/task/pid").asInt()).distinct()).containsExactlyInAnyOrder(152, 153);
  }

  @Test
  void shouldShowAnAddressOfUserSpace() {
    List<JsonNode> rows = rows("history", "--from", "7.6743", "--to", "7.6752", "0x7fa6d93f6000", BROKEN);
    assertThat(rows.stream().map(row -> row.at("/text").asString())).contains("lock_vma_under_rcu() at 0x7fa6d93f6000", "lock_vma_under_rcu() returns NULL");
    assertThat(rows.stream().filter(row -> row.at("/step").asString().equals("LOCK_VMA_UNDER_RCU"))).hasSize(1);
  }

  @Test
  void shouldSayWhatToTryWhereThereIsNothing() {
    Runs.Result result = Runs.run("history", "0xff2fcabac07a0001", BROKEN);
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("nothing is about 0xff2fcabac07a0001", "VMAs are 0x");
    assertThat(Runs.run("history", "worklaod", BROKEN).err()).contains("nothing is about worklaod; it has workload-1");
    assertThat(Runs.run("history", "0xff2fcabac013d500", BROKEN).err()).contains("it is an mm: `vmatrace events --mm 0xff2fcabac013d500`");
  }

  /** munmap() clears what lies beside its range too, where nothing is mapped: that is no history of an address there. */
  @Test
  void shouldShowNothingOfAnAddressThatNothingCovers() {
    Runs.Result result = Runs.run("history", "0x7f0000000000", BROKEN);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).containsPattern("nothing is about 0x7f0000000000; no VMA covers it; the nearest were at 0x[0-9a-f]+-0x[0-9a-f]+ and 0x7f[0-9a-f]+-0x7f");
  }

  @Test
  void shouldSayHowToHaveFewerRows() {
    assertThat(Runs.run("history", VMA, BROKEN).out().lines()).anyMatch(line -> line.matches(" +[\\d,]+ rows; --from and --to show those of a time"));
    assertThat(Runs.run(AFFAIR.toArray(new String[0])).out()).doesNotContain("--from");
  }

  @Test
  void shouldWantTheAddressFirst() {
    Runs.Result result = Runs.run("history", BROKEN, VMA);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("is a file: name an address or a task first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"clean-6.12.94-churn", "clean-6.18.15-churn-e0-hashed", "clean-7.2.13-fork-faults"})
  void shouldFollowATaskInEveryDesign(String sample) {
    String path = "samples/" + sample + ".txt.zst";
    String json = Runs.run("history", "--format", "json", "workload", path).out();
    assertThat(Schemas.of("history-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    assertThat(JsonMapper.shared().readTree(json).at("/captures/0/rows").valueStream().map(row -> row.at("/step").asString()))
        .contains("MMAP_WRITE_LOCK", "MMAP_WRITE_UNLOCK", "PAGE_FAULT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"detach-no-wait-churn.txt", "fork-unlocked-fork-faults.txt", "free-attached-churn.txt", "no-reader-wait-oops-console.log"})
  void shouldMarkTheRowThatBreaksTheRule(String sample) {
    JsonNode capture = JsonMapper.shared().readTree(Runs.run("check", "--format", "json", "samples/broken-%s.zst".formatted(sample)).out()).at("/captures/0");
    assertThat(capture.get("groups")).isNotEmpty();
    for (JsonNode group : capture.get("groups")) {
      JsonNode first = capture.get("findings").valueStream().filter(finding -> finding.get("cause").equals(group.get("cause")) && finding.has("story")).findFirst().orElseThrow();
      List<JsonNode> rows = first.at("/story/rows").valueStream().toList();
      List<JsonNode> marked = rows.stream().filter(row -> row.has("breaks")).toList();
      assertThat(marked).hasSize(1);
      assertThat(marked.getFirst().get("breaks")).isEqualTo(first.get("rule"));
      assertThat(marked.getFirst().get("at")).isEqualTo(first.get("at"));
      assertThat(rows).hasSizeBetween(3, 38);
    }
  }

  @Test
  void shouldTellThatTheVmaIsFreedUnderALookUp() {
    JsonNode capture = JsonMapper.shared().readTree(Runs.run("check", "--format", "json", BROKEN).out()).at("/captures/0");
    List<JsonNode> rows = capture.at("/findings/0/story/rows").valueStream().toList();
    JsonNode freed = rows.stream().filter(row -> row.has("breaks")).findFirst().orElseThrow();
    assertThat(freed.at("/step").asString()).isEqualTo("VM_AREA_FREE");
    assertThat(freed.at("/cpu").asInt()).isEqualTo(1);
    assertThat(freed.at("/task/pid").asInt()).isEqualTo(152);
    JsonNode reader = freed.at("/others/0");
    assertThat(reader.at("/pid").asInt()).isEqualTo(153);
    assertThat(reader.at("/inside").asString()).isEqualTo("lock_vma_under_rcu() at 0x7fa6d93f6000");
    assertThat(reader.at("/since/time").asString()).isEqualTo("7.674323000");
    assertThat(reader.at("/since/cpu").asInt()).isZero();
    assertThat(rows.getFirst().at("/at")).isEqualTo(reader.at("/since/at"));
    assertThat(rows.getLast().at("/text").asString()).isEqualTo("lock_vma_under_rcu() returns NULL");
    assertThat(rows.stream().map(row -> row.at("/text").asString())).contains("munmap(0x7fa6d93dc000, 0x10000)");
  }

  private static List<JsonNode> rows(String... arguments) {
    String json = Runs.run(Stream.concat(Stream.of(arguments), Stream.of("--format", "json")).toArray(String[]::new)).out();
    return JsonMapper.shared().readTree(json).at("/captures/0/rows").valueStream().toList();
  }

  private static void compare(String expected, String output) throws IOException {
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(Path.of(expected), output);
    }
    assertThat(output.lines().toList()).isEqualTo(Files.readAllLines(Path.of(expected)));
  }
}
