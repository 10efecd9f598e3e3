package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures from streams are those from files, and any number of decoder threads gives the same events. */
@Isolated("counts threads and temporary files")
class CaptureSourceTest {
  private static final String TEXT = "../samples/clean-6.18.15-churn-e0-hashed.txt.zst";
  private static final String PERF = "../samples/clean-6.18.15-churn-perf.data";

  @ParameterizedTest
  @ValueSource(strings = {TEXT, PERF})
  void shouldReadAStreamAsItsFile(String path) throws Exception {
    long[] ats = {20, 21, 300};
    List<String> events;
    List<QuotedEvent> quotes;
    try (Capture capture = Captures.open(path, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      events = decode(capture);
      quotes = capture.quote(ats);
    }
    assertThat(quotes).hasSize(3);
    Closed stream = new Closed(Files.newInputStream(Path.of(path)));
    try (Capture capture = Captures.open(CaptureSource.of("box-7", stream), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.path()).isEqualTo("box-7");
      assertThat(decode(capture)).isEqualTo(events);
      assertThat(capture.quote(ats)).isEqualTo(quotes);
    }
    assertThat(stream.closed).isTrue();
  }

  @Test
  void shouldCallAStreamThatIsNoCaptureByItsName() {
    assertThatThrownBy(() -> open("box-7", "")).isInstanceOf(CaptureException.class).hasMessageStartingWith("box-7: empty");
    assertThatThrownBy(() -> open("box-8", "hello\n")).isInstanceOf(CaptureException.class).hasMessageStartingWith("box-8: is not a trace");
  }

  @Test
  void shouldDeleteTheCopyOfAStreamThatIsNoCapture() throws Exception {
    Set<Path> before = copies();
    assertThatThrownBy(() -> open("box-8", "hello\n")).isInstanceOf(CaptureException.class);
    assertThat(copies()).isEqualTo(before);
  }

  @Test
  void shouldOpenTheCopyOfAStreamAsOftenAsNeeded() throws Exception {
    List<String> first;
    Path copy;
    try (CaptureSource source = CaptureSource.of("box-7", Files.newInputStream(Path.of(TEXT))).rereadable()) {
      assertThat(source.name()).isEqualTo("box-7");
      copy = source.file();
      first = events(source);
      assertThat(events(source)).isEqualTo(first);
    }
    assertThat(first).hasSizeGreaterThan(500);
    assertThat(copy).doesNotExist();
  }

  @Test
  void shouldDecodeATextWithAsManyThreadsAsWanted() throws Exception {
    List<String> alone = assertThreads(TEXT, 1);
    assertThat(assertThreads(TEXT, 2)).isEqualTo(alone);
    assertThat(assertThreads(TEXT, 7)).isEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tracecmd-v6.dat.zst", "tracecmd-v7-zstd.dat", "raw"})
  void shouldDecodePagesWithOneThreadOrSeveral(String name) throws Exception {
    Path file = Path.of("../../shared/captures/formats").resolve(name);
    Assumptions.assumeTrue(Files.exists(file));
    List<String> alone = assertThreads(file.toString(), 1);
    assertThat(alone).hasSizeGreaterThan(500);
    assertThat(assertThreads(file.toString(), 2)).isEqualTo(alone);
  }

  @Test
  void shouldRefuseToDecodeWithoutAThread() {
    assertThatThrownBy(() -> CaptureLimits.DEFAULT.withDecoderThreads(0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The events of a capture, which so many threads decode. */
  private static List<String> assertThreads(String path, int threads) throws CaptureException {
    CaptureLimits limits = new CaptureLimits(4 << 10, 8 << 10, 1L << 40, 2_000, 192 << 10, threads, false);
    Set<Thread> before = decoders();
    Set<Thread> started = new HashSet<>();
    List<String> events = new ArrayList<>();
    try (Capture capture = Captures.open(path, limits, EventNames.BUILT_IN)) {
      capture.decode(
          batch -> {
            started.addAll(decoders());
            return add(batch, events);
          },
          false,
          _ -> {});
    }
    started.removeAll(before);
    assertThat(started).hasSizeBetween(1, threads);
    return events;
  }

  private static Set<Thread> decoders() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("decoder")).collect(Collectors.toSet());
  }

  private static List<String> events(CaptureSource source) throws CaptureException {
    try (Capture capture = Captures.open(source, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      return decode(capture);
    }
  }

  private static List<String> decode(Capture capture) throws CaptureException {
    List<String> events = new ArrayList<>();
    capture.decode(batch -> add(batch, events), false, _ -> {});
    return events;
  }

  private static boolean add(EventBatch batch, List<String> events) {
    for (int i = 0; i < batch.size(); i++) {
      events.add("%s %d %d %d %d %d".formatted(batch.kind(i), batch.at(i), batch.offset(i), batch.time(i), batch.cpu(i), batch.task(i)));
    }
    return true;
  }

  private static void open(String name, String content) throws CaptureException {
    InputStream in = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    Captures.open(CaptureSource.of(name, in), CaptureLimits.DEFAULT, EventNames.BUILT_IN).close();
  }

  private static Set<Path> copies() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().matches("vmatrace-.*\\.capture")).collect(Collectors.toSet());
    }
  }

  /** A stream that knows whether it was closed. */
  private static final class Closed extends FilterInputStream {
    private boolean closed;

    Closed(InputStream in) {
      super(in);
    }

    @Override
    public void close() throws IOException {
      closed = true;
      super.close();
    }
  }
}
