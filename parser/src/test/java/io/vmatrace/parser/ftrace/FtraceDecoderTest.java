package io.vmatrace.parser.ftrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import com.sun.management.ThreadMXBean;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FtraceDecoderTest {
  private static final Path SHARED = Path.of("../../shared");
  private static final String START = "        workload-234     [000] .....    11.612632: ";

  static Stream<Path> captures() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : List.of(Path.of("../samples"), SHARED.resolve("captures/clean"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          found.addAll(files.filter(path -> path.toString().endsWith(".txt.zst")).sorted().toList());
        }
      }
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldReadWhatTheSlowDecoderReads(Path capture) throws IOException {
    List<String> lines = lines(capture);
    EventBatch events = new EventBatch();
    ImportStats stats = decode(Layout.COMMON, lines, events);
    assertThat(stats.damaged()).isZero();
    assertThat(stats.unknown()).isZero();
    int compared = 0;
    for (int i = 0; i < events.size(); i++) {
      compared += compare(lines.get((int) events.at(i) - 1), events, i) ? 1 : 0;
    }
    assertThat(compared).isGreaterThan(events.size() / 2);
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldAllocateNothingPerLine(Path capture) throws IOException {
    byte[] text = (String.join("\n", lines(capture)) + "\n").getBytes(StandardCharsets.UTF_8);
    FtraceDecoder decoder = new FtraceDecoder(Layout.COMMON, 1 << 16, EventNames.BUILT_IN);
    EventBatch events = new EventBatch();
    ImportStats stats = new ImportStats();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = 0;
    for (int round = 0; round < 20; round++) {
      if (round == 10) { // by now everything has its size, and every class is loaded
        before = thread.getCurrentThreadAllocatedBytes();
      }
      events.clear();
      stats.clear();
      decoder.decode(new Chunk(text, 0, text.length), events, stats);
    }
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(stats.lines());
  }

  /** Whatever is done to a line, the fast decoder gives the slow one's values or says that the line is damaged. */
  @ParameterizedTest
  @MethodSource("captures")
  void shouldNeverMisreadAChangedLine(Path capture) throws IOException {
    List<String> lines = lines(capture).stream().filter(line -> !line.startsWith("#")).toList();
    Random random = new Random(capture.getFileName().toString().hashCode());
    for (int n = 0; n < 400; n++) {
      String changed = change(lines.get(random.nextInt(lines.size())), random);
      EventBatch events = new EventBatch();
      ImportStats stats = decode(Layout.COMMON, List.of(changed), events);
      assertThat(stats.bytes()).isEqualTo(changed.getBytes(StandardCharsets.ISO_8859_1).length + 1);
      if (events.size() == 1 && events.kind(0).source() != EventKind.Source.MARKER && SlowDecoder.decode(changed) != null) {
        compare(changed, events, 0);
      }
    }
  }

  private static String change(String line, Random random) {
    int at = random.nextInt(line.length());
    return switch (random.nextInt(4)) {
      case 0 -> line.substring(0, at);
      case 1 -> line.substring(0, at) + line.substring(Math.min(line.length(), at + 1 + random.nextInt(4)));
      case 2 -> line.substring(0, at) + "0123456789abcdefx -:()[]=.".charAt(random.nextInt(26)) + line.substring(at + 1);
      default -> line.substring(0, at) + line.charAt(random.nextInt(line.length())) + line.substring(at);
    };
  }

  /** Compares an event with the slow decoder's; false where that one has nothing to say. */
  private static boolean compare(String line, EventBatch events, int i) {
    SlowDecoder.Decoded slow = SlowDecoder.decode(line);
    if (slow == null || events.kind(i).source() == EventKind.Source.MARKER) {
      return false;
    }
    assertThat(events.kind(i)).as(line).isEqualTo(slow.kind());
    assertThat(events.task(i)).as(line).isEqualTo(slow.task());
    assertThat(events.cpu(i)).as(line).isEqualTo((short) slow.cpu());
    assertThat(events.time(i)).as(line).isEqualTo(slow.time());
    for (Field field : slow.kind().fields()) {
      Long value = slow.values().get(field);
      if (events.has(i, field) && value != null) { // a key with a torn name may still be known by its place
        assertThat(events.value(i, field)).as("%s of %s", field, line).isEqualTo(value);
      }
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b-c [0]", "kw/0:1-ev", "x: y", "-12 [001] d..1", "(1) [2] 3.4: z", "<...>", "é", "a-1 [000] ..", "]:-9 [1] 2: "})
  void shouldNotBeFooledByComms(String comm) {
    String shown = comm.length() > 15 ? comm.substring(0, 15) : comm;
    String line = "%16s-77      [001] d..1.    12.000100: mmap_lock_released: mm=ff3f3d244105b700 memcg_id=1 write=true".formatted(shown);
    EventBatch events = new EventBatch();
    decode(Layout.COMMON, List.of(line), events);
    assertThat(events.kind(0)).isEqualTo(MmapLockEvents.MMAP_LOCK_RELEASED);
    assertThat(events.task(0)).isEqualTo(77);
    assertThat(events.cpu(0)).isEqualTo(1);
    assertThat(events.time(0)).isEqualTo(12_000_100_000L);
    assertThat(events.value(0, Field.MM)).isEqualTo(0xff3f3d244105b700L);
  }

  @ParameterizedTest
  @CsvSource({
    "comms.txt, COMMON", "fields-tgid.txt, COMMON", "stacktrace.txt, COMMON", "latency.txt, LATENCY", "verbose.txt, VERBOSE"
  })
  void shouldReadEveryOptionOfARealKernel(String name, Layout layout) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/test/resources/ftrace", name), StandardCharsets.ISO_8859_1);
    EventBatch events = new EventBatch();
    ImportStats stats = decode(layout, lines, events);
    assertThat(stats.damaged()).isZero();
    assertThat(stats.unknown()).isZero();
    assertThat(stats.decoded()).isGreaterThan(20);
    assertThat(count(events, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED)).isPositive();
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.time(i)).isBetween(7_000_000_000_000L, 8_000_000_000_000L);
      if (events.kind(i) == MapleTreeEvents.MA_WRITE) {
        assertThat(events.has(i, Field.VMA)).isTrue();
      }
    }
  }

  /** With the option fields a 6.18 kernel prints an address of its own as a symbol, also where a program gives it to a system call. */
  @Test
  void shouldReadAnAddressThatIsPrintedAsASymbol() {
    List<String> lines = List.of(
        START + "sys_enter_madvise: __syscall_nr=0x1c (28) start=__stop_runtime_ptr_USER_PTR_MAX+0x7bad98cc/0xfffffffffe6e53d4 (-10485760) len_in=0x1000 (4096) behavior=0x10 (16)",
        START + "page_fault_user: address=_stext+0x10/0x200 (-2130706416) ip=0x401000 (4198400) error_code=0x6 (6)");
    EventBatch events = new EventBatch();
    ImportStats stats = decode(Layout.COMMON, lines, events);
    assertThat(stats.damaged()).isZero();
    assertThat(events.value(0, Field.START)).isEqualTo(-10_485_760L);
    assertThat(events.value(0, Field.LENGTH)).isEqualTo(4096L);
    assertThat(events.value(1, Field.ADDRESS)).isEqualTo(-2_130_706_416L);
  }

  @Test
  void shouldAttachStacksToTheirEvents() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("src/test/resources/ftrace/stacktrace.txt"), StandardCharsets.ISO_8859_1);
    EventBatch events = new EventBatch();
    ImportStats stats = decode(Layout.COMMON, lines, events);
    long heads = lines.stream().filter(line -> line.endsWith("stack trace>")).count();
    assertThat(count(events, MarkerEvents.STACK_TRACE)).isEqualTo(heads).isPositive();
    assertThat(stats.ignored()).isGreaterThanOrEqualTo(heads);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace-option-none", "trace-option-fields", "trace-option-hash-ptr", "trace-option-irq-info", "trace-option-record-tgid",
    "trace-option-verbose", "trace-clock-boot", "trace-clock-mono", "trace-clock-tai", "trace-clock-counter", "trace-clock-uptime",
    "trace-clock-x86-tsc", "trace-overrun", "trace-pipe-lost"})
  void shouldReadEveryOptionAndClock(String name) throws IOException {
    List<String> lines = lines(Path.of("../samples/formats/" + name + ".txt.zst"));
    EventBatch events = new EventBatch();
    ImportStats stats = decode(Layout.COMMON, lines, events);
    assertThat(stats.damaged()).isZero();
    assertThat(stats.unknown()).isZero();
    assertThat(stats.hasTicks()).isEqualTo(name.endsWith("counter") || name.endsWith("uptime") || name.endsWith("tsc"));
    assertThat(stats.lost()).isEqualTo(name.equals("trace-pipe-lost") ? 358 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftrace_syscalls.txt", "trace_no_trailing_line.txt", "atrace_data", "atrace_missing_tgids", "trace-android-sched"})
  void shouldReadOldKernels(String name) throws IOException {
    assumeTrue(Files.isDirectory(SHARED), "needs the corpora beside the project");
    List<String> lines = Files.readAllLines(SHARED.resolve("corpora/ftrace-text").resolve(name), StandardCharsets.ISO_8859_1);
    ImportStats stats = decode(Layout.COMMON, lines, new EventBatch());
    assertThat(stats.decoded() + stats.ignored() + stats.unknown()).isGreaterThan(5);
    assertThat(stats.damaged()).isLessThanOrEqualTo(1);
  }

  @Test
  void shouldReadMarkers() {
    EventBatch events = new EventBatch();
    ImportStats stats = decode(Layout.COMMON, List.of("CPU:1 [LOST 86 EVENTS]", "CPU:0 [LOST EVENTS]", "##### CPU 3 buffer started ####"), events);
    assertThat(events.value(0, Field.CPU)).isEqualTo(1);
    assertThat(events.value(0, Field.COUNT)).isEqualTo(86);
    assertThat(events.value(1, Field.COUNT)).isZero();
    assertThat(events.kind(2)).isEqualTo(MarkerEvents.BUFFER_STARTED);
    assertThat(events.value(2, Field.CPU)).isEqualTo(3);
    assertThat(stats.lost()).isEqualTo(88);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_ret", "__exit", "__return"})
  void shouldKnowEverySpellingOfAReturn(String suffix) {
    EventBatch events = new EventBatch();
    decode(Layout.COMMON, List.of(START + "handle_mm_fault" + suffix + ": (do_user_addr_fault+0x1/0x2 <- handle_mm_fault) address=0x7f00 ret=0x400"), events);
    assertThat(events.kind(0)).isEqualTo(FaultEvents.HANDLE_MM_FAULT_RET);
    assertThat(events.value(0, Field.RET)).isEqualTo(0x400);
    assertThat(events.value(0, Field.ADDRESS)).isEqualTo(0x7f00);
    assertThat(events.has(0, Field.VMA)).isFalse();
  }

  @Test
  void shouldCountWhatAProbeLacksAndWhatIsTorn() {
    EventBatch events = new EventBatch();
    ImportStats stats =
        decode(
            Layout.COMMON,
            List.of(
                START + "handle_mm_fault: (handle_mm_fault+0x0/0x2c0)",
                START + "mmap_lock_released: mm=ff3f3d244105b700 memcg_id=1 write=tr",
                START + "vm_area_free: (vm_area_free+0x4/0x90) vma=0xff3358c342514300 refcnt=0xZZ",
                START + "my_event: x=1",
                "half a li"),
            events);
    assertThat(stats.ignored()).isEqualTo(1);
    assertThat(stats.damaged()).isEqualTo(3);
    assertThat(stats.unknownNames()).containsEntry("my_event", 1L);
    assertThat(stats.problems()).extracting(p -> p.stat().name()).containsExactlyInAnyOrder("LACKS_VALUES", "BAD_VALUE", "NOT_AN_EVENT");
  }

  private static ImportStats decode(Layout layout, List<String> lines, EventBatch events) {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ImportStats stats = new ImportStats();
    new FtraceDecoder(layout, 1 << 16, EventNames.BUILT_IN).decode(new Chunk(text, 0, text.length), events, stats);
    assertThat(stats.bytes()).isEqualTo(text.length);
    return stats;
  }

  private static long count(EventBatch events, EventKind kind) {
    long count = 0;
    for (int i = 0; i < events.size(); i++) {
      count += events.kind(i) == kind ? 1 : 0;
    }
    return count;
  }

  private static List<String> lines(Path capture) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(capture))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    }
  }
}
