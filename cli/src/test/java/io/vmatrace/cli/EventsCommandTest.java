package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventKinds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream of events: every event once, each filter against what a regular expression counts. */
class EventsCommandTest {
  private static final String SAMPLE = "samples/clean-7.2.13-churn.txt.zst";
  private static final String FORMATS = "samples/formats/";
  private static final RawText RAW = new RawText(SAMPLE);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"clean-7.2.13-churn", "clean-6.12.94-churn", "clean-6.18.15-churn-e0-hashed", "broken-fork-unlocked-fork-faults"})
  void shouldGiveEveryEventOnceAsTheSchemaHasIt(String sample) {
    String path = "samples/" + sample + ".txt.zst";
    List<String> lines = events(path);
    List<RawText.Line> raw = new RawText(path).lines().toList();
    assertThat(lines).hasSameSizeAs(raw);
    Schema schema = Schemas.of("events-1");
    for (int i = 0; i < lines.size(); i++) {
      assertThat(schema.validate(lines.get(i), InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
      JsonNode event = JsonMapper.shared().readTree(lines.get(i));
      assertThat(event.get("event").asString()).isEqualTo(raw.get(i).event());
      assertThat(event.at("/task/pid").asInt()).isEqualTo(raw.get(i).pid());
      assertThat(event.at("/task/comm").asString()).isEqualTo(raw.get(i).comm());
      assertThat(event.get("time").asString().replace(".", "")).isEqualTo(raw.get(i).micros() + "000");
    }
  }

  /** Whatever a row can carry is written: each of its fields stands in the schema and in the page, and nothing else does. */
  @Test
  void shouldDocumentEveryFieldThatCanBeWritten() throws IOException {
    Set<String> written = EventKinds.all().stream().flatMap(kind -> kind.fields().stream()).map(Field::camelCase).collect(Collectors.toSet());
    JsonNode schema = JsonMapper.shared().readTree(Schemas.class.getResourceAsStream("/schema/events-1.schema.json"));
    assertThat(schema.at("/$defs/fields/properties").propertyNames()).containsExactlyInAnyOrderElementsOf(written);
    String page = Files.readString(Path.of("docs/EVENTS.md"));
    String table = page.substring(page.indexOf("| field | form |"), page.indexOf("`raw_syscalls:sys_enter` has"));
    Set<String> named = Pattern.compile("(?m)^\\|(.*?)\\|").matcher(table).results().flatMap(row -> Pattern.compile("`(\\w+)`").matcher(row.group(1)).results()).map(name -> name.group(1)).collect(Collectors.toSet());
    assertThat(named).containsExactlyInAnyOrderElementsOf(written);
  }

  /** Arguments by their places are addresses and lengths only in some calls: of the numbers of x86-64 here, mmap 9, mprotect 10, munmap 11 and so on. */
  @Test
  void shouldGiveArgumentsOfCallsByNumberTheirMeaningOrNone() {
    String file = FORMATS + "perf-trace.data";
    List<JsonNode> calls = events(file, "--event", "sys_enter").stream().map(line -> JsonMapper.shared().readTree(line)).toList();
    Map<Integer, Set<String>> meant = Map.of(9, Set.of("start", "length", "flags"), 10, Set.of("start", "length"), 11, Set.of("start", "length"), 12, Set.of("address"), 28, Set.of("start", "length", "flags"), 56, Set.of("flags"));
    assertThat(calls).hasSizeGreaterThan(50);
    for (JsonNode call : calls) {
      Set<String> has = new HashSet<>(call.get("fields").propertyNames());
      assertThat(has.remove("syscallNr")).isTrue();
      int number = call.at("/fields/syscallNr").asInt();
      assertThat(meant.getOrDefault(number, Set.of())).as(call.toString()).containsAll(has);
      assertThat(call.get("text").asString()).startsWith("id=" + number + " args=");
    }
    assertThat(calls).anyMatch(call -> call.at("/fields/syscallNr").asInt() == 10 && call.get("fields").has("start"));
    assertThat(events(file, "--event", "sys_enter", "--address", "0x7fd7c1816000")).isNotEmpty().allMatch(line -> line.contains("\"syscallNr\":10,") || line.contains("\"syscallNr\":11,") || line.contains("\"syscallNr\":28,"));
    assertThat(events("samples/programs/gcc.txt.zst", "--event", "sys_enter", "--to", "+0.01")).isNotEmpty().noneMatch(line -> line.contains("\"start\"") || line.contains("\"address\""));
  }

  @Test
  void shouldFilterByTask() {
    assertKept(line -> line.pid() == 213, "--task", "213");
    assertKept(line -> line.pid() == 213 || line.pid() == 214, "--task", "213", "--task", "214");
    assertKept(line -> line.comm().startsWith("work"), "--task", "work*");
    assertKept(_ -> false, "--task", "nobody");
  }

  @Test
  void shouldFilterByName() {
    assertKept(line -> line.event().equals("page_fault_user"), "--event", "page_fault_user");
    assertKept(line -> line.event().startsWith("vma_") || line.event().startsWith("ma_"), "--event", "vma_*", "--event", "ma_*");
    assertKept(line -> !line.event().startsWith("mmap_lock"), "--event", "!mmap_lock*");
    assertKept(line -> line.event().startsWith("ma_") && !line.event().equals("ma_read"), "--event", "ma_*", "--event", "!ma_read");
    assertKept(line -> line.event().equals("sys_munmap"), "--event", "sys_munmap");
    assertKept(line -> line.event().equals("sys_munmap") && line.rest().startsWith("("), "--event", "sys_enter_munmap");
    assertKept(line -> line.event().equals("sys_munmap") && line.has(" -> "), "--event", "sys_exit_munmap");
  }

  @Test
  void shouldFilterByTime() {
    long first = RAW.first().micros();
    long last = RAW.last().micros();
    assertKept(line -> line.micros() >= 16_200_000 && line.micros() <= 16_210_000, "--from", "16.2", "--to", "16.21");
    assertKept(line -> line.micros() >= first + 50_000, "--from", "+0.05");
    assertKept(line -> line.micros() <= last - 20_000, "--to", "-0.02");
    assertKept(line -> line.micros() >= last - 20_000 && line.micros() <= last - 10_000, "--from", "-0.02", "--to", "-0.010");
    assertKept(_ -> false, "--from", "17");
    assertKept(_ -> true, "--from", "0");
  }

  @Test
  void shouldFilterByMm() {
    assertKept(line -> line.hex("mm") == 0xff3358c34106b100L, "--mm", "0xff3358c34106b100");
    assertKept(line -> line.hex("mm") == 0xff3358c34106b100L, "--mm", "ff3358c34106b100");
  }

  @Test
  void shouldFilterByAddress() {
    assertKept(line -> line.has("ff3358c342515c00"), "--address", "0xff3358c342515c00");
    long page = 0xffffffffffefeaL >>> 12;
    List<String> kept = events(SAMPLE, "--address", "0xffffffffffefea", "--event", "page_fault*", "--event", "handle_mm_fault*");
    assertThat(kept)
        .hasSize(
            (int)
                RAW.count(
                    line ->
                        (line.event().startsWith("page_fault") || line.event().startsWith("handle_mm_fault"))
                            && (line.hex("address") >>> 12 == page
                                || line.hex("start") != 0 && line.hex("start") <= page << 12 && line.hex("end") > page << 12)))
        .isNotEmpty();
  }

  @Test
  void shouldCombineFiltersByAnd() {
    assertKept(line -> line.pid() == 213 && line.event().equals("page_fault_user") && line.micros() <= 16_220_000,
        "--task", "213", "--event", "page_fault_user", "--to", "16.22");
  }

  @Test
  void shouldReadStandardInputAlsoTwice() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(Path.of(SAMPLE))));
      assertThat(events("-", "--from", "-0.01")).isEqualTo(events(SAMPLE, "--from", "-0.01")).isNotEmpty();
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(Path.of(SAMPLE))));
      assertThat(events("-")).isEqualTo(events(SAMPLE));
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(Path.of(SAMPLE))));
      assertThat(Runs.run("events", "--from", "-0.01", "-", "nowhere").out()).startsWith("{\"capture\":\"standard input\",");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void shouldKeepUnknownEventsWithTheirWords() throws IOException {
    String line = "        workload-213     [001] .....    16.157116: some_event: a=1 \"quoted\" \t b";
    String path = file("unknown.txt", line + "\n" + line.replace("some_event:", "mmap_lock_released: mm=00000000deadbeef write=true") + "\n");
    JsonNode event = JsonMapper.shared().readTree(events(path).getFirst());
    assertThat(event.get("kind").asString()).isEqualTo("UNKNOWN");
    assertThat(event.get("event").asString()).isEqualTo("some_event");
    assertThat(event.get("text").asString()).isEqualTo(line.strip());
    assertThat(Runs.run("events", "--format", "csv", path).out()).contains("\"workload-213     [001] .....    16.157116: some_event: a=1 \"\"quoted\"\"");
  }

  @Test
  void shouldShowLossesWhateverTheFilter() {
    List<String> all = events(FORMATS + "trace-pipe-lost.txt.zst");
    List<String> lost = all.stream().filter(line -> line.contains("\"kind\":\"LOST_EVENTS\"")).toList();
    assertThat(lost).isNotEmpty().allMatch(line -> line.contains("\"time\":null,\"cpu\":null,\"task\":null"));
    Schema schema = Schemas.of("events-1");
    assertThat(all).allMatch(line -> schema.validate(line, InputFormat.JSON).isEmpty());
    assertThat(events(FORMATS + "trace-pipe-lost.txt.zst", "--task", "nobody")).isEqualTo(lost);
  }

  @Test
  void shouldPrintTicksAsTheyAre() {
    List<String> events = events(FORMATS + "trace-clock-x86-tsc.txt.zst");
    assertThat(events).allMatch(line -> JsonMapper.shared().readTree(line).get("time").asString().matches("\\d{10,}"));
    long first = Long.parseLong(JsonMapper.shared().readTree(events.getFirst()).get("time").asString());
    assertThat(events(FORMATS + "trace-clock-x86-tsc.txt.zst", "--to", "+0")).hasSize((int) events.stream().filter(e -> e.contains("\"" + first + "\"")).count());
  }

  @Test
  void shouldWriteCsvThatReadsBack() {
    List<String> csv = Runs.run("events", "--format", "csv", SAMPLE).out().lines().toList();
    assertThat(csv).hasSize(events(SAMPLE).size() + 1);
    int columns = csv.getFirst().split(",", -1).length;
    assertThat(csv.stream().filter(line -> !line.contains("\""))).allMatch(line -> line.split(",", -1).length == columns);
    assertThat(Runs.run("events", "--format", "csv", SAMPLE).out()).contains("\r\n");
  }

  @Test
  void shouldNameTheCaptureWhereThereAreSeveral() {
    List<String> lines = Runs.run("events", SAMPLE, "samples/clean-6.12.94-churn.txt.zst").out().lines().toList();
    assertThat(lines.getFirst()).startsWith("{\"capture\":\"" + SAMPLE + "\",");
    assertThat(lines.getLast()).startsWith("{\"capture\":\"samples/clean-6.12.94-churn.txt.zst\",");
    assertThat(lines).hasSize(events(SAMPLE).size() + events("samples/clean-6.12.94-churn.txt.zst").size());
  }

  @Test
  void shouldOnlyCountWithFormatNone() {
    Runs.Result result = Runs.run("events", "--format", "none", SAMPLE);
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("3639 events: 3257 decoded, 382 known and not needed, 0 unknown; 0 damaged, 0 lost; 3639 selected");
    assertThat(Runs.run("events", "--format", "none", "--event", "ma_read", SAMPLE).err()).contains("; 30 selected");
  }

  @Test
  void shouldReadWhatItCanOfABrokenFile() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(SAMPLE));
    Path cut = Files.write(folder.resolve("cut.zst"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Runs.Result result = Runs.run("events", cut.toString());
    assertThat(result.out().lines().count()).isGreaterThan(100);
    assertThat(result.err().lines()).hasSize(1).allMatch(line -> line.contains("cut short"));
  }

  @ParameterizedTest
  @CsvSource({
    "events, name a capture",
    "events --from soon x, --from: 'soon' is no time",
    "events --to 1.5s x, --to: '1.5s' is no time",
    "events --mm mm x, --mm: 'mm' is no address",
    "events --address 0x x, --address: '0x' is no address",
    "events --format xml x, xml",
    "events --format perfetto --event ma_* x, perfetto shows holds",
    "events --format perfetto --task work* x, selects tasks by pid",
    "events --nothing x, --nothing",
    "info, name a capture",
    "info --format csv x, csv"
  })
  void shouldSayInOneLineWhatIsMisused(String arguments, String what) {
    Runs.Result result = Runs.run(arguments.split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1).allMatch(line -> line.startsWith("vmatrace: ") && line.contains(what));
  }

  @ParameterizedTest
  @ValueSource(strings = {"events", "events --format none", "events --format perfetto", "events --from -1", "info"})
  void shouldEndWith3WhereNothingCanBeRead(String command) {
    Runs.Result result = Runs.run((command + " nowhere").split(" ", -1));
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("vmatrace: nowhere: no such file\n");
  }

  @Test
  void shouldPrintTheNamesThatItKnows() {
    Runs.Result result = Runs.run("events", "--aliases");
    assertThat(result.status()).isZero();
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(result.out()).contains("\nvm_area_dup_ret\n", "vm_area_dup_ret, vm_area_dup__exit, vm_area_dup__return");
    assertThat(result.out()).contains("lock_seq    lock_seq, seq, vseq, vm_lock_seq");
  }

  private static List<String> events(String path, String... options) {
    List<String> arguments = new java.util.ArrayList<>(List.of("events"));
    arguments.addAll(List.of(options));
    arguments.add(path);
    return Runs.run(arguments.toArray(String[]::new)).out().lines().toList();
  }

  /** The lines of the sample that the filter keeps are those that the predicate does. */
  private static void assertKept(Predicate<RawText.Line> expected, String... options) {
    List<String> kept = events(SAMPLE, options).stream().map(line -> {
      JsonNode event = JsonMapper.shared().readTree(line);
      return event.get("time").asString() + " " + event.at("/task/pid").asInt() + " " + event.get("event").asString();
    }).toList();
    assertThat(kept)
        .isEqualTo(
            RAW.lines()
                .filter(expected)
                .map(line -> "%d.%06d000 %d %s".formatted(line.micros() / 1_000_000, line.micros() % 1_000_000, line.pid(), line.event()))
                .toList());
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.UTF_8).toString();
  }
}
