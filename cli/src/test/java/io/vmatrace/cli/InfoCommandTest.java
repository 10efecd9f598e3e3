package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.EventKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What info says of a capture, and that its advice is what was missing. */
class InfoCommandTest {

  @TempDir Path folder;

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("samples"))) {
      return files.filter(path -> path.toString().endsWith(".txt.zst")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldCountWhatIsThereAsTheSchemaHasIt(Path sample) {
    String json = Runs.run("info", "--format", "json", sample.toString()).out();
    assertThat(Schemas.of("info-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    JsonNode capture = JsonMapper.shared().readTree(json).at("/captures/0");
    RawText raw = new RawText(sample.toString());
    assertThat(capture.at("/input/events").asLong()).isEqualTo(raw.count(_ -> true));
    Map<String, Long> expected = new HashMap<>();
    raw.lines().forEach(line -> expected.merge(eventName(line), 1L, Long::sum));
    Map<String, Long> counted = new HashMap<>();
    capture.get("events").forEach(event -> counted.put(event.get("name").asString(), event.get("count").asLong()));
    assertThat(counted).isEqualTo(expected);
    JsonNode bytes = capture.get("bytes");
    long sum = bytes.properties().stream().mapToLong(e -> e.getValue().asLong()).sum();
    assertThat(sum).isEqualTo(capture.at("/input/bytes").asLong());
    assertThat(capture.at("/time/first").asString().replace(".", "")).isEqualTo(raw.first().micros() + "000");
    assertThat(capture.at("/time/last").asString().replace(".", "")).isEqualTo(raw.last().micros() + "000");
  }

  private static String eventName(RawText.Line line) {
    if (!line.event().startsWith("sys_")) {
      return line.event();
    }
    String side = line.rest().startsWith("(") ? "sys_enter_" : "sys_exit_";
    String name = line.event().replace("sys_", side);
    return EventKinds.all().stream().anyMatch(kind -> kind.eventName().equals(name)) ? name : side + "other";
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldEvidenceTheRulesThatCheckCanCheck(Path sample) {
    List<String> evidenced = new ArrayList<>();
    info(sample.toString()).get("rules").forEach(rule -> {
      if (rule.get("evidenced").asBoolean()) {
        evidenced.add(rule.get("id").asString());
      }
    });
    List<String> checked = new ArrayList<>();
    JsonMapper.shared().readTree(Runs.run("check", "--format", "json", sample.toString()).out()).at("/captures/0/rules").forEach(rule -> {
      if (!rule.get("status").asString().equals("not-evidenced")) {
        checked.add(rule.get("id").asString());
      }
    });
    assertThat(evidenced).containsAll(checked);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldFitThePage(Path sample) {
    String text = Runs.run("info", sample.toString()).out();
    assertThat(text.lines().filter(line -> !line.contains(".zst")).toList()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void shouldListTheProbesForACaptureOfTracepoints() throws Exception {
    String sample = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";
    assertThat(lines(info(sample))).contains("echo 0 > options/hash-ptr", "echo 1 > events/vma/enable").doesNotContain("echo 1 > events/mmap_lock/enable");
    assertThat(probes(info("--kernel", "6.18.15", sample)))
        .contains(
            "f:vma/lock_vma_under_rcu_ret lock_vma_under_rcu%return vma=$retval:x64 mm=mm:x64 address=address:x64",
            "f:vma/vma_mark_detached vma_mark_detached " + Probes.values(Generation.REFCOUNT),
            "f:vma/__vma_start_write_ret __vma_start_write%return " + Probes.values(Generation.REFCOUNT));
    assertThat(probes(info("--kernel", "7.2.13", sample)))
        .contains("f:vma/__vma_start_write_ret __vma_start_write%return ret=$retval:s32 " + Probes.values(Generation.EXCLUDE_READERS))
        .noneMatch(line -> line.contains("vma_mark_detached"));
    assertThat(probes(info("--kernel", "6.12.94", sample)))
        .contains("f:vma/vm_area_free vm_area_free " + Probes.values(Generation.RWSEM))
        .noneMatch(line -> line.contains("refcnt") || line.contains("start_write"));
    assertPastes(sample);
  }

  /** What a person pastes defines just the probes that the JSON lists, and switches on what it says. */
  private void assertPastes(String sample) throws Exception {
    String text = Runs.run("info", "--kernel", "7.2.13", sample).out();
    String script = text.substring(text.indexOf("  cd /sys/kernel/tracing"), text.indexOf("enable\n", text.indexOf("events/vma/")) + 7);
    Files.createDirectories(folder.resolve("events/vma"));
    Files.createDirectories(folder.resolve("options"));
    Process shell = new ProcessBuilder("sh", "-eu", "-c", script.replace("cd /sys/kernel/tracing", "")).directory(folder.toFile()).inheritIO().start();
    assertThat(shell.waitFor()).isZero();
    assertThat(Files.readAllLines(folder.resolve("dynamic_events"))).isEqualTo(probes(info("--kernel", "7.2.13", sample)));
    assertThat(Files.readString(folder.resolve("options/hash-ptr"))).isEqualTo("0\n");
    assertThat(Files.readString(folder.resolve("events/vma/enable"))).isEqualTo("1\n");
  }

  @Test
  void shouldTellAnOldKernelByItsTracepoints() {
    JsonNode capture = info("samples/clean-6.12.94-churn-e0-hashed.txt.zst");
    assertThat(capture.at("/advice/assumedKernels").asString()).isEqualTo("6.4 to 6.14");
    assertThat(probes(capture)).contains("f:vma/vm_area_free vm_area_free " + Probes.values(Generation.RWSEM)).noneMatch(line -> line.contains("refcnt"));
  }

  @Test
  void shouldHaveNothingToAddToACompleteCapture() {
    assertThat(info("samples/clean-6.18.15-calls.txt.zst").at("/advice/add").isEmpty()).isTrue();
    assertThat(Runs.run("info", "samples/clean-6.18.15-calls.txt.zst").out()).contains("To add to the recording: nothing");
  }

  @ParameterizedTest
  @CsvSource({"clean-6.12.94-churn", "clean-6.16.12-churn", "clean-6.18.15-churn", "clean-7.2.13-churn", "broken-free-attached-churn"})
  void shouldAskForTheValuesThatProbesDidNotRead(String sample) {
    List<String> probes = probes(info("samples/" + sample + ".txt.zst"));
    assertThat(probes.getFirst()).isEqualTo("f:vma/lock_vma_under_rcu lock_vma_under_rcu mm=mm:x64 address=address:x64 users=mm->mm_users.counter:s32 mt_flags=mm->mm_mt.ma_flags:x32");
    assertThat(probes.subList(1, probes.size())).isNotEmpty()
        .allMatch(line -> List.of(" vm_flags=", " policy=", " orig_lock_seq=", " rem_seq=", " new=").stream().anyMatch(line::contains));
  }

  @Test
  void shouldSayOfAProbeWithoutValuesThatItIsRecordedWithoutThem() {
    assertThat(Runs.run("info", "samples/clean-6.18.15-churn.txt.zst").out()).contains("R80: recorded without values: move_page_tables").doesNotContain("it did not happen");
  }

  @Test
  void shouldAskForALargerBufferWhereTheHeaderTellsOfAnOverrun() throws IOException {
    List<String> kept = new ArrayList<>(List.of("# tracer: nop", "#", "# entries-in-buffer/entries-written: 999/4000999   #P:2", "#"));
    kept.addAll(lines("samples/clean-6.18.15-churn-e0-hashed.txt.zst", _ -> true));
    JsonNode overrun = info(Files.write(folder.resolve("overrun.txt"), kept).toString());
    assertThat(overrun.get("overwritten").asLong()).isEqualTo(4_000_000);
    assertThat(overrun.at("/input/lost").asLong()).isEqualTo(4_000_000);
    assertThat(lines(overrun)).contains("echo 524288 > buffer_size_kb"); // twice 4 million events of 128 bytes on 2 CPUs, as a power of two
  }

  @Test
  void shouldAskForALargerBufferWhereEventsWereLost() {
    JsonNode lost = info("samples/formats/trace-pipe-lost.txt.zst");
    assertThat(lines(lost)).contains("echo 65536 > buffer_size_kb");
    long sum = 0;
    for (JsonNode loss : lost.get("losses")) {
      assertThat(loss.get("cpu").isNumber()).isTrue();
      assertThat(loss.get("before").isNull()).isFalse();
      sum += loss.get("count").asLong();
    }
    assertThat(sum).isPositive().isEqualTo(lost.at("/input/lost").asLong());
    assertThat(lines(info("samples/clean-7.2.13-churn.txt.zst"))).noneMatch(line -> line.contains("buffer_size_kb"));
  }

  @Test
  void shouldAskForAClockThatCountsTime() {
    JsonNode ticks = info("samples/formats/trace-clock-counter.txt.zst");
    assertThat(ticks.at("/clock/unit").asString()).isEqualTo("ticks");
    assertThat(lines(ticks)).contains("echo mono > trace_clock");
    assertThat(lines(info("samples/formats/trace-clock-mono.txt.zst"))).doesNotContain("echo mono > trace_clock");
  }

  @Test
  void shouldAskForTracepointsThatAreMissing() throws IOException {
    List<String> kept =
        lines("samples/clean-6.18.15-churn-e0-hashed.txt.zst", line -> !line.event().startsWith("mmap_lock") && !line.event().startsWith("sys_"));
    Path file = Files.write(folder.resolve("few.txt"), kept);
    JsonNode capture = info(file.toString());
    assertThat(lines(capture)).contains("echo 1 > events/mmap_lock/enable").noneMatch(line -> line.contains("maple_tree"));
  }

  @Test
  void shouldAskForValuesWhereProbesFetchNone() throws IOException {
    List<String> bare =
        lines("samples/clean-7.2.13-churn.txt.zst", _ -> true).stream()
            .map(line -> line.replaceAll(" (refcnt|lock_seq|mm_seq|start|end)=\\S+", ""))
            .toList();
    JsonNode capture = info(Files.write(folder.resolve("bare.txt"), bare).toString());
    assertThat(capture.get("evidence").asString()).isEqualTo("E1");
    assertThat(capture.at("/advice/add/0/why").asString()).isEqualTo("probes with values, in place of yours on the same functions");
    assertThat(probes(capture)).contains("f:vma/vm_area_free vm_area_free " + Probes.values(Generation.EXCLUDE_READERS)).noneMatch(line -> line.contains("lock_vma_under_rcu%return"));
  }

  @Test
  void shouldTellOfSeveralCapturesAndOfThoseThatCannotBeRead() {
    Runs.Result result = Runs.run("info", "samples/clean-7.2.13-churn.txt.zst", "nowhere", "samples/clean-6.12.94-churn.txt.zst");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("vmatrace: nowhere: no such file\n");
    assertThat(result.out()).contains("samples/clean-7.2.13-churn.txt.zst\n  format", "\n\nUNREADABLE  nowhere: no such file\nsamples/clean-6.12.94-churn.txt.zst\n  format");
  }

  @Test
  void shouldSayWhatIsMissingAtTheEnd() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("samples/clean-7.2.13-churn.txt.zst"));
    Path cut = Files.write(folder.resolve("cut.zst"), Arrays.copyOf(bytes, bytes.length / 2));
    Runs.Result result = Runs.run("info", cut.toString());
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("incomplete").contains("cut short");
  }

  private static List<String> lines(String sample, Predicate<RawText.Line> wanted) {
    return new RawText(sample)
        .lines()
        .filter(wanted)
        .map(line -> "%16s-%-7d [%03d] ..... %5d.%06d: %s%s".formatted(line.comm(), line.pid(), line.cpu(), line.micros() / 1_000_000, line.micros() % 1_000_000, line.event(), line.rest()))
        .toList();
  }

  private static JsonNode info(String... arguments) {
    List<String> all = new ArrayList<>(List.of("info", "--format", "json"));
    all.addAll(List.of(arguments));
    Runs.Result result = Runs.run(all.toArray(String[]::new));
    assertThat(result.status()).isZero();
    assertThat(Schemas.of("info-1").validate(result.out(), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    return JsonMapper.shared().readTree(result.out()).at("/captures/0");
  }

  private static List<String> lines(JsonNode capture) {
    return texts(capture, "lines");
  }

  private static List<String> probes(JsonNode capture) {
    return texts(capture, "probes");
  }

  private static List<String> texts(JsonNode capture, String key) {
    List<String> texts = new ArrayList<>();
    capture.at("/advice/add").forEach(step -> step.get(key).forEach(text -> texts.add(text.asString())));
    return texts;
  }
}
