package io.vmatrace.parser.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.ftrace.FunctionGraph;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.ftrace.SlowDecoder;
import io.vmatrace.parser.perf.PerfScript;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of trace-cmd report and perf script. */
class OtherTextsTest {
  private static final LineFormat PERF = PerfScript.PERF_SCRIPT;
  private static final LineFormat TRACE_CMD = Layout.TRACE_CMD;

  @ParameterizedTest
  @CsvSource({
    "tracecmd-report, 1656", "tracecmd-report-R-t, 1656", "tracecmd-v6-report-R-t, 1689", "perf-script, 1298", "perf-script-ns, 1298",
    "perf-script-header, 1370", "perf-script-g, 201"
  })
  void shouldReadWhatTheSlowDecoderReads(String name, int decoded) throws IOException {
    List<String> lines = Texts.sample(name);
    boolean perf = name.startsWith("perf");
    Texts.Decoded fast = Texts.decode(perf ? PERF : TRACE_CMD, lines);
    assertThat(fast.stats().damaged()).isZero();
    assertThat(fast.stats().decoded()).isEqualTo(decoded);
    int compared = 0;
    for (int i = 0; i < fast.events().size(); i++) {
      String line = lines.get((int) fast.events().at(i) - 1);
      compared += compare(line, slow(perf).apply(line), fast.events(), i) ? 1 : 0;
    }
    assertThat(compared).isGreaterThan(fast.events().size() / 2);
  }

  /** Whatever is done to a line, the fast decoder gives the slow one's values or says that the line is damaged. */
  @ParameterizedTest
  @ValueSource(strings = {"tracecmd-report", "tracecmd-report-R-t", "perf-script", "perf-script-ns"})
  void shouldNeverMisreadAChangedLine(String name) throws IOException {
    List<String> lines = Texts.sample(name);
    boolean perf = name.startsWith("perf");
    Random random = new Random(name.hashCode());
    for (int n = 0; n < 3_000; n++) {
      String changed = change(lines.get(1 + random.nextInt(lines.size() - 1)), random);
      Texts.Decoded fast = Texts.decode(perf ? PERF : TRACE_CMD, List.of(changed));
      if (fast.events().size() == 1) {
        compare(changed, slow(perf).apply(changed), fast.events(), 0);
      }
    }
  }

  private static Function<String, SlowDecoder.@Nullable Decoded> slow(boolean perf) {
    return perf ? SlowLines::perf : SlowLines::traceCmd;
  }

  private static String change(String line, Random random) {
    if (line.isEmpty()) {
      return line;
    }
    int at = random.nextInt(line.length());
    return switch (random.nextInt(4)) {
      case 0 -> line.substring(0, at);
      case 1 -> line.substring(0, at) + line.substring(Math.min(line.length(), at + 1 + random.nextInt(4)));
      case 2 -> line.substring(0, at) + "0123456789abcdefx -:()[]=.".charAt(random.nextInt(26)) + line.substring(at + 1);
      default -> line.substring(0, at) + line.charAt(random.nextInt(line.length())) + line.substring(at);
    };
  }

  private static boolean compare(String line, SlowDecoder.@Nullable Decoded slow, EventBatch events, int i) {
    if (slow == null || events.kind(i).source() == EventKind.Source.MARKER) {
      return false;
    }
    assertThat(events.kind(i)).as(line).isEqualTo(slow.kind());
    assertThat(events.task(i)).as(line).isEqualTo(slow.task());
    assertThat(events.cpu(i)).as(line).isEqualTo((short) slow.cpu());
    assertThat(events.time(i)).as(line).isEqualTo(slow.time());
    for (Field field : slow.kind().fields()) {
      Long value = slow.values().get(field);
      if (events.has(i, field) && value != null) {
        assertThat(events.value(i, field)).as("%s of %s", field, line).isEqualTo(value);
      }
    }
    return true;
  }

  @ParameterizedTest
  @CsvSource({"tracecmd-report, 500", "perf-script, 0"})
  void shouldTellTheSameAsTheSameRecordingInNanoseconds(String name, long rounding) throws IOException {
    boolean perf = name.startsWith("perf");
    Texts.Decoded micro = Texts.decode(perf ? PERF : TRACE_CMD, Texts.sample(name));
    Texts.Decoded nano = Texts.decode(perf ? PERF : TRACE_CMD, Texts.sample(perf ? "perf-script-ns" : "tracecmd-report-R-t"));
    assertThat(micro.shown(true)).isEqualTo(nano.shown(true));
    for (int i = 0; i < nano.events().size(); i++) { // perf cuts off what trace-cmd rounds
      assertThat(micro.events().time(i)).isEqualTo((nano.events().time(i) + rounding) / 1_000 * 1_000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tracecmd-l, TRACE_CMD", "tracecmd-ts-diff, TRACE_CMD", "tracecmd-raw-ts, TRACE_CMD", "tracecmd-R-l, TRACE_CMD", "tracecmd-two-files, TRACE_CMD",
    "tracecmd-graph, TRACE_CMD", "tracecmd-function, TRACE_CMD", "perf-no-cpu, PERF", "perf-no-time, PERF", "perf-no-comm, PERF", "perf-misc-period, PERF",
    "perf-flags, PERF", "perf-latency, PERF", "perf-ip-sym, PERF", "perf-task-events, PERF", "perf-lost-ns, PERF", "perf-probe, PERF"
  })
  void shouldReadEveryOption(String name, String format) throws IOException {
    Texts.Decoded read = Texts.decode(format.equals("PERF") ? PERF : TRACE_CMD, Texts.resource(name));
    assertThat(read.stats().damaged()).isZero();
    assertThat(read.stats().decoded()).isGreaterThan(25);
    assertThat(read.count(MmapLockEvents.MMAP_LOCK_RELEASED)).isPositive();
    assertThat(read.stats().hasTicks()).isEqualTo(name.equals("tracecmd-raw-ts") || name.equals("perf-no-time"));
    assertThat(read.stats().lost() > 0).isEqualTo(name.equals("perf-lost-ns"));
  }

  @ParameterizedTest
  @CsvSource({
    "perf-script, perf-no-cpu, false", "perf-script, perf-no-time, true", "perf-script, perf-no-comm, true", "perf-script, perf-misc-period, true",
    "perf-script, perf-flags, true", "perf-script, perf-latency, true", "perf-script, perf-ip-sym, true", "tracecmd-report, tracecmd-l, true",
    "tracecmd-report, tracecmd-ts-diff, true", "tracecmd-report, tracecmd-raw-ts, true", "tracecmd-report, tracecmd-R-l, true"
  })
  void shouldTellTheSameWhateverTheOptions(String plain, String option, boolean withCpu) throws IOException {
    LineFormat format = plain.startsWith("perf") ? PERF : TRACE_CMD;
    List<String> shown = Texts.decode(format, Texts.resource(option)).shown(withCpu);
    assertThat(shown).isEqualTo(Texts.decode(format, Texts.sample(plain)).shown(withCpu).subList(0, shown.size()));
  }

  @Test
  void shouldNotGuessATaskThatIsNotPrinted() throws IOException {
    Texts.Decoded read = Texts.decode(PERF, Texts.resource("perf-no-tid"));
    assertThat(read.stats().decoded()).isZero();
    assertThat(read.stats().problems()).extracting(ImportStats.Problem::stat).containsExactly(ImportStat.NO_TASK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b-c [0]", "kw/0:1-ev", "x: y", "a", "(sd-pam)", "b:c d", "12 ab", "Web Content", "<...>", "-9 [1] 2.5", "kworker/u8:2+e"})
  void shouldNotBeFooledByComms(String comm) {
    String text = " 12.000100: mmap_lock_released: mm=0xff3f3d244105b700 memcg_id=1 write=true";
    for (String line : List.of(
        "%16s    77 [001]    12.000100:         mmap_lock:mmap_lock_released: mm=0xff3f3d244105b700 memcg_id=1 write=true".formatted(comm),
        "%s 70/77 [001] K  12.000100: 1  mmap_lock:mmap_lock_released: mm=0xff3f3d244105b700 memcg_id=1 write=true".formatted(comm),
        "%16s-77    [001]  ".formatted(comm) + text,
        "%16s-77    [001] d..1. ".formatted(comm) + text)) {
      Texts.Decoded read = Texts.decode(line.contains(":mmap_lock_released") ? PERF : TRACE_CMD, List.of(line));
      assertThat(read.events().kind(0)).as(line).isEqualTo(MmapLockEvents.MMAP_LOCK_RELEASED);
      assertThat(read.events().task(0)).as(line).isEqualTo(77);
      assertThat(read.events().cpu(0)).as(line).isEqualTo(1);
      assertThat(read.events().time(0)).as(line).isEqualTo(12_000_100_000L);
      assertThat(read.events().value(0, Field.MM)).isEqualTo(0xff3f3d244105b700L);
    }
  }

  @Test
  void shouldReadMarkers() {
    Texts.Decoded read = Texts.decode(TRACE_CMD, List.of(
        "version = 6", "cpus=2", "CPU 3 is empty", "CPU:1 [86 EVENTS DROPPED]", "  v7.dat: CPU:0 [EVENTS DROPPED]", "CPU:0 [SUBBUFFER START]", "CPU:2 [LOST 4 EVENTS]"));
    assertThat(read.stats().damaged()).isZero();
    assertThat(read.stats().lost()).isEqualTo(91);
    assertThat(read.events().size()).isEqualTo(3);
    assertThat(read.events().value(0, Field.COUNT)).isEqualTo(86);
    Texts.Decoded perf = Texts.decode(PERF, List.of("        workload   299 [001]   205.541558: PERF_RECORD_LOST lost 25"));
    assertThat(perf.events().kind(0)).isEqualTo(MarkerEvents.LOST_EVENTS);
    assertThat(perf.events().value(0, Field.CPU)).isEqualTo(1);
    assertThat(perf.events().value(0, Field.COUNT)).isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "sched_switch:         a b:1 [120] S ==> c:2 [120]", "sched_switch:          prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=c next_pid=2 next_prio=120",
    "sched_switch:          prev_comm=a prev_pid=1 prev_prio=120 prev_state=1 next_comm=c next_pid=2 next_prio=120"})
  void shouldReadEverySpellingOfASwitch(String event) {
    Texts.Decoded read = Texts.decode(TRACE_CMD, List.of("               a-1     [001]    12.000100: " + event));
    assertThat(read.events().value(0, Field.PID)).isEqualTo(2);
    assertThat(read.events().value(0, Field.STATE)).isEqualTo('S');
  }

  @ParameterizedTest
  @ValueSource(strings = {"perf-script", "tracecmd-report", "tracecmd-report-R-t", "function-args", "function-graph-abstime-proc-tail"})
  void shouldAllocateNothingPerLine(String name) throws IOException {
    byte[] text = (String.join("\n", Texts.sample(name)) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    LineFormat format = name.startsWith("perf") ? PERF : name.startsWith("trace") ? TRACE_CMD : name.contains("graph") ? FunctionGraph.FUNCTION_GRAPH : Layout.COMMON;
    LineDecoder decoder = format.decoder(1 << 16, EventNames.BUILT_IN);
    EventBatch events = new EventBatch();
    ImportStats stats = new ImportStats();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = 0;
    for (int round = 0; round < 20; round++) {
      if (round == 10) {
        before = thread.getCurrentThreadAllocatedBytes();
      }
      events.clear();
      stats.clear();
      decoder.decode(new Chunk(text, 0, text.length), events, stats);
    }
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(10 * (stats.lines() + 2_000));
  }
}
