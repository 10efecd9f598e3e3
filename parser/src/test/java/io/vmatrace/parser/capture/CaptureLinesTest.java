package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A capture as text: the lines of a text are its own, and those of a binary one are read as its events. */
class CaptureLinesTest {
  private static final String FORMATS = "../samples/formats/";
  private static final String RECORDS = "src/test/resources/tracedat/";
  private static final CaptureLines ALL = new CaptureLines(1, Long.MAX_VALUE);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {
    "../samples/clean-6.18.15-churn-perf.data", FORMATS + "perf-z.data", FORMATS + "perf-g.data", FORMATS + "perf-pipe.data", FORMATS + "perf-trace.data",
    FORMATS + "tracecmd-v6.dat.zst", FORMATS + "tracecmd-v7-zstd.dat", FORMATS + "tracecmd-v7-cut.dat", FORMATS + "raw",
    RECORDS + "function-6.18.15-v6.dat.zst", RECORDS + "function-7.2.13.dat", RECORDS + "graph-6.18.15.dat", RECORDS + "raw-7.2.13"
  })
  void shouldMakeTextOfABinaryCaptureThatIsReadAsTheSameEvents(String capture) throws Exception {
    Path text = folder.resolve("text");
    try (OutputStream out = Files.newOutputStream(text)) {
      ALL.write(CaptureSource.of(capture), CaptureLimits.DEFAULT, EventNames.BUILT_IN, _ -> "", out);
    }
    List<String> events = events(capture);
    assertThat(events).hasSizeGreaterThan(50);
    assertThat(events(text.toString())).hasSameSizeAs(events).zipSatisfy(events, (read, of) -> assertThat(read).isEqualTo(of));
    assertThat(Files.readAllLines(text)).allMatch(line -> line.matches(" *\\S.*-\\d+ +\\[(\\d{3}|\\?{3})] [.h1]{5,6} +\\d+\\.\\d{9}: \\S+.*|CPU:\\d+ \\[LOST .*|##### CPU .*|\\[events are missing here]"));
  }

  /** What events say, but for the end of a fault whose result was not recorded: in the kernel's own text that is no event. */
  private static List<String> events(String capture) throws CaptureException {
    List<String> events = new ArrayList<>();
    try (Capture opened = Captures.open(capture, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      opened.decode(batch -> add(batch, events), false, _ -> {});
    }
    return events;
  }

  private static boolean add(EventBatch batch, List<String> events) {
    for (int i = 0; i < batch.size(); i++) {
      EventKind kind = batch.kind(i);
      if (MarkerEvents.isLoss(kind)) {
        events.add("events are missing");
        continue;
      }
      boolean bare = (kind.mandatory() & ~batch.present(i)) != 0;
      StringBuilder event = new StringBuilder("%d [%d] %d %s %s%s".formatted(batch.task(i), batch.cpu(i), batch.time(i), bare || kind.isIgnored() ? EventKind.UNKNOWN : kind, batch.inInterrupt(i), batch.isAtomic(i)));
      for (Field field : bare || kind.isIgnored() ? List.<Field>of() : kind.fields()) {
        event.append(batch.has(i, field) ? " %s=%x".formatted(field, batch.value(i, field)) : "");
      }
      events.add(event.toString());
    }
    return true;
  }

  @Test
  void shouldQuoteTheLinesOfAText() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "# tracer: nop\r\n#\n w-1 [000] ..... 1.000001: mmap_lock_released: mm=ff48a0dac105ec00 write=true\n\n w-1 [000] ..... 1.000002: x:");
    assertThat(lines(text, 1, 1)).isEqualTo("# tracer: nop\r\n");
    assertThat(lines(text, 2, 4)).isEqualTo("#\n w-1 [000] ..... 1.000001: mmap_lock_released: mm=ff48a0dac105ec00 write=true\n\n");
    assertThat(lines(text, 5, 9)).isEqualTo(" w-1 [000] ..... 1.000002: x:");
    assertThat(lines(text, 6, 9)).isEmpty();
  }

  @Test
  void shouldHaveALineForEachEventOfABinaryCapture() throws Exception {
    Path perf = Path.of(FORMATS + "perf-z.data");
    String all = lines(perf, 1, Long.MAX_VALUE);
    assertThat(lines(perf, 1, 100) + lines(perf, 101, 400) + lines(perf, 401, 1L << 40)).isEqualTo(all);
    assertThat(lines(perf, 7, 7)).hasLineCount(1).isNotEqualTo(lines(perf, 8, 8));
  }

  private static String lines(Path capture, long from, long to) throws CaptureException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new CaptureLines(from, to).write(CaptureSource.of(capture.toString()), CaptureLimits.DEFAULT, EventNames.BUILT_IN, _ -> "", out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
