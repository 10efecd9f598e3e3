package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each text is taken for what it is, and what is wrapped is unwrapped. */
class TextChoiceTest {
  private static final String TEXTS = "src/test/resources/text/";
  private static final Path SHARED = Path.of("../../shared");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "text/tracecmd-l, trace-cmd-report", "text/tracecmd-ts-diff, trace-cmd-report", "text/tracecmd-raw-ts, trace-cmd-report",
    "text/tracecmd-R-l, trace-cmd-report", "text/tracecmd-two-files, trace-cmd-report", "text/tracecmd-graph, trace-cmd-report",
    "text/tracecmd-function, trace-cmd-report", "text/perf-no-cpu, perf-script", "text/perf-no-time, perf-script", "text/perf-no-tid, perf-script",
    "text/perf-no-comm, perf-script", "text/perf-misc-period, perf-script", "text/perf-latency, perf-script", "text/perf-lost-ns, perf-script",
    "text/graph-bare-6.18.15, ftrace-function-graph", "text/graph-latency, ftrace-function-graph", "text/graph-no-columns, ftrace-function-graph",
    "text/graph-abstime-proc-tail-7.2.13, ftrace-function-graph", "text/function-args-6.18.15, ftrace-text"
  })
  void shouldTakeEachTextForWhatItIs(String name, String format) throws Exception {
    assertFormat(Path.of("src/test/resources/" + name + ".txt.zst"), format);
  }

  @ParameterizedTest
  @CsvSource({
    "tracecmd-report, trace-cmd-report", "tracecmd-report-R-t, trace-cmd-report", "perf-script, perf-script", "perf-script-g, perf-script",
    "perf-script-header, perf-script", "function-args, ftrace-text", "function-graph-args, ftrace-function-graph", "trace-option-none, ftrace-text",
    "function-graph-abstime-proc-tail, ftrace-function-graph", "trace-option-latency-format, ftrace-text-latency",
    "trace-option-fields, ftrace-text", "trace-clock-x86-tsc, ftrace-text", "trace-option-irq-info, ftrace-text", "trace-pipe-lost, ftrace-text"
  })
  void shouldTakeEachSharedTextForWhatItIs(String name, String format) throws Exception {
    assertFormat(Path.of("../samples/formats/" + name + ".txt.zst"), format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftrace-text", "perf-script"})
  void shouldReadPublicTexts(String corpus) throws Exception {
    assumeTrue(Files.isDirectory(SHARED), "needs the corpora beside the project");
    try (Stream<Path> files = Files.list(SHARED.resolve("corpora").resolve(corpus))) {
      for (Path file : files.sorted().toList()) {
        try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
          capture.decode(_ -> true, false, _ -> {});
          ImportStats stats = capture.facts().stats();
          assertThat(stats.damaged()).as(file.toString()).isLessThanOrEqualTo(1);
          assertThat(stats.decoded() + stats.ignored() + stats.unknown()).as(file.toString()).isPositive();
        }
      }
    }
  }

  private static void assertFormat(Path file, String format) throws CaptureException {
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.format()).isEqualTo(format);
      assertThat(capture.ground()).contains(" of the first ");
      capture.decode(_ -> true, false, _ -> {});
      ImportStats stats = capture.facts().stats();
      assertThat(stats.bytes())
          .isEqualTo(stats.headerBytes() + stats.decodedBytes() + stats.ignoredBytes() + stats.unknownBytes() + stats.damagedBytes());
    }
  }

  @Test
  void shouldReadTheReleaseOfAPerfHeader() throws Exception {
    try (Capture capture =
        Captures.open("../samples/formats/perf-script-header.txt.zst", CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.facts().kernelRelease()).isEqualTo("6.18.15+deb13-cloud-amd64");
      assertThat(capture.facts().cpus()).isEqualTo(2);
    }
  }

  @Test
  void shouldQuoteEventsOfALineWithTwo() throws Exception {
    List<String> lines = List.of(
        "   11.000001 |   0)  workloa-129   |   2.664 us    |  lock_vma_under_rcu(mm=0xff18f29982820000, address=0x7f00); /* ret=0xff18f2998282e300 */",
        "",
        "   11.000003 |   0)  workloa-129   |               |  handle_mm_fault(vma=0xff18f2998282e300, address=0x7f00, flags=0x1255, regs=0x0) {",
        "");
    String text = String.join("\n", lines);
    try (Capture capture = Captures.open(file(text.getBytes(StandardCharsets.UTF_8)), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      List<Long> ats = new ArrayList<>();
      capture.decode(batch -> ats.addAll(places(batch)), false, _ -> {});
      assertThat(ats).containsExactly(1L, 2L, 3L);
      List<QuotedEvent> quoted = capture.quote(new long[] {1, 2, 3});
      assertThat(quoted).extracting(QuotedEvent::at).containsExactly(1L, 2L, 3L);
      assertThat(quoted).extracting(QuotedEvent::line).containsExactly(1L, 1L, 3L);
      assertThat(quoted).extracting(QuotedEvent::offset).containsExactly(0L, 0L, (long) text.lastIndexOf("   11.000003"));
      assertThat(quoted.get(1).text()).contains("lock_vma_under_rcu");
      assertThat(quoted.get(1).comm()).isEqualTo("workloa");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 5_000, 50_000})
  void shouldGiveTheSameForEveryChunkSize(int chunk) throws Exception {
    String path = TEXTS + "graph-abstime-proc-tail-7.2.13.txt.zst";
    assertThat(events(path, new CaptureLimits(1_500, chunk, 1L << 30, 2_000, 192 << 10, 2, false))).isEqualTo(events(path, CaptureLimits.DEFAULT));
  }

  private static List<String> events(String path, CaptureLimits limits) throws CaptureException {
    List<String> seen = new ArrayList<>();
    try (Capture capture = Captures.open(path, limits, EventNames.BUILT_IN)) {
      capture.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              seen.add("%d %d %s %d %d %x".formatted(batch.at(i), batch.offset(i), batch.kind(i), batch.task(i), batch.time(i), batch.value(i, Field.VMA)));
            }
            return true;
          },
          false,
          _ -> {});
    }
    return seen;
  }

  private static List<Long> places(EventBatch batch) {
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      places.add(batch.at(i));
    }
    return places;
  }

  @Test
  void shouldQuoteACallChainWithItsEvent() throws Exception {
    try (Capture capture = Captures.open("../samples/formats/perf-script-g.txt.zst", CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.quote(new long[] {1}).getFirst().text()).contains("mmap_lock_start_locking").contains("entry_SYSCALL_64_after_hwframe").doesNotContain("acquire_returned: mm");
    }
  }

  @Test
  void shouldUnwrapAtraceAndHtml() throws Exception {
    String trace = "# tracer: nop\n        workload-234     [000] .....    11.612632: mmap_lock_released: mm=ff3f3d244105b700 memcg_id=1 write=true\n";
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    zipped.write("TRACE:\n".getBytes(StandardCharsets.US_ASCII));
    try (DeflaterOutputStream out = new DeflaterOutputStream(zipped)) {
      out.write(trace.getBytes(StandardCharsets.US_ASCII));
    }
    String html = "<!DOCTYPE html>\n<html><script>var a = '<b>';</script>\n<script class=\"trace-data\" type=\"application/text\">\n%s</script></html>\n".formatted(trace);
    for (byte[] wrapped : List.of(zipped.toByteArray(), ("TRACE:\n" + trace).getBytes(StandardCharsets.US_ASCII), html.getBytes(StandardCharsets.US_ASCII))) {
      List<EventKind> kinds = new ArrayList<>();
      try (Capture capture = Captures.open(file(wrapped), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
        capture.decode(batch -> kinds.add(batch.kind(0)), false, _ -> {});
        assertThat(capture.facts().stats().damaged()).isZero();
      }
      assertThat(kinds).containsExactly(MmapLockEvents.MMAP_LOCK_RELEASED);
    }
    String cut = file(Arrays.copyOf(zipped.toByteArray(), zipped.size() - 9));
    try (Capture capture = Captures.open(cut, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.facts().cutShort()).isNotNull();
    }
    String empty = file("<!DOCTYPE html><html></html>".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Captures.open(empty, CaptureLimits.DEFAULT, EventNames.BUILT_IN)).isInstanceOf(CaptureException.class).hasMessageContaining("an HTML page without a trace in <script class=\"trace-data\">");
  }

  @Test
  void shouldNameUtf16() throws Exception {
    String log = "[   99.057001] kernel BUG at mm/rmap.c:1472!\n";
    for (Charset charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      String file = file(log.getBytes(charset));
      assertThatThrownBy(() -> Captures.open(file, CaptureLimits.DEFAULT, EventNames.BUILT_IN))
          .isInstanceOf(CaptureException.class)
          .hasMessageContaining("text in UTF-16")
          .hasMessageContaining("iconv -f " + charset.name() + " ");
    }
  }

  private String file(byte[] bytes) throws IOException {
    Path file = Files.createTempFile(folder, "capture", null);
    Files.write(file, bytes);
    return file.toString();
  }
}
