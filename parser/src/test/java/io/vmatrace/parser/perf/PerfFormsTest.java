package io.vmatrace.parser.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One recording in every form that a perf.data may have gives the same events. */
class PerfFormsTest {
  private static final Path REAL = Event.RECORDED;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
  void shouldReadBothByteOrders(String name) throws Exception {
    ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Rewritten rewritten = new Rewritten(REAL, order);
    assertSameAsReal(rewritten.file(144, true));
    assertSameAsReal(rewritten.piped());
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 88, 112, 152, 160, 264})
  void shouldReadAttributesOfAnySize(int attrSize) throws Exception {
    assertSameAsReal(new Rewritten(REAL, ByteOrder.LITTLE_ENDIAN).file(attrSize, true));
  }

  @Test
  void shouldOrderByTimeWithoutRounds() throws Exception {
    assertSameAsReal(new Rewritten(REAL, ByteOrder.LITTLE_ENDIAN).file(144, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {81, 83})
  void shouldReadCompressedRecordsThatOthersStraddle(int type) throws Exception {
    assertSameAsReal(new Rewritten(REAL, ByteOrder.LITTLE_ENDIAN).compressed(type));
    assertSameAsReal(new Rewritten(REAL, ByteOrder.BIG_ENDIAN).compressed(type));
  }

  @Test
  void shouldReadADirectory() throws Exception {
    Path directory = folder.resolve("threads.data");
    new Rewritten(REAL, ByteOrder.LITTLE_ENDIAN).directory(directory);
    assertSameAsReal(directory);
  }

  @Test
  void shouldSayThatRecordingDidNotEnd() throws Exception {
    byte[] bytes = new Rewritten(REAL, ByteOrder.LITTLE_ENDIAN).file(144, true);
    Arrays.fill(bytes, 48, 56, (byte) 0); // the size of the records is written last
    Path file = Files.write(folder.resolve("killed.data"), Arrays.copyOf(bytes, 100_000));
    Event.Decoded decoded = Event.decode(file);
    assertThat(decoded.facts().cutShort()).contains("did not end properly");
    assertThat(decoded.facts().stats().unknown()).isGreaterThan(500);
    assertThat(decoded.facts().stats().bytes()).isEqualTo(100_000);
  }

  @Test
  void shouldRefuseTheFormatOfBeforeLinux34() throws Exception {
    byte[] bytes = Files.readAllBytes(REAL);
    System.arraycopy("PERFFILE".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 8);
    Path file = Files.write(folder.resolve("old.data"), bytes);
    assertThatThrownBy(() -> Event.decode(file)).isInstanceOf(CaptureException.class).hasMessageContaining("PERFFILE");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 40})
  void shouldSayWhereAHeaderIsBroken(int at) throws Exception {
    byte[] bytes = Files.readAllBytes(REAL);
    Arrays.fill(bytes, at, at + 8, (byte) 0xff);
    Path file = Files.write(folder.resolve("broken.data"), bytes);
    assertThatThrownBy(() -> Event.decode(file)).isInstanceOf(CaptureException.class).hasMessageContaining("at byte " + at);
  }

  @Test
  void shouldQuoteEvents() throws Exception {
    List<Event> events = Event.decode(REAL).events();
    try (Capture capture = Captures.open(REAL.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      List<QuotedEvent> quotes = capture.quote(new long[] {1, 700, events.size()});
      assertThat(quotes).extracting(QuotedEvent::text).containsExactly(events.get(0).text(), events.get(699).text(), events.getLast().text());
      assertThat(quotes.get(0).text())
          .isEqualTo("workload-164 [001] 26.091636425: mmap_lock:mmap_lock_start_locking: mm=0xff17556e8495f800 memcg_id=0x1 write=true");
      assertThat(quotes.get(0).event()).isEqualTo("mmap_lock_start_locking");
    }
  }

  private void assertSameAsReal(byte[] rewritten) throws Exception {
    assertSameAsReal(Files.write(folder.resolve("rewritten.data"), rewritten));
  }

  private static void assertSameAsReal(Path file) throws Exception {
    Event.Decoded decoded = Event.decode(file);
    assertThat(decoded.events()).isEqualTo(Event.decode(REAL).events());
    assertThat(decoded.facts().stats().damaged()).isZero();
    assertThat(decoded.facts().cutShort()).isNull();
    assertThat(decoded.facts().details()).containsEntry("host", "machine");
    assertThat(decoded.facts().stats().bytes()).isEqualTo(size(file));
  }

  private static long size(Path file) throws Exception {
    if (!Files.isDirectory(file)) {
      return Files.size(file);
    }
    long size = 0;
    for (String part : List.of("data", "data.0", "data.1")) {
      size += Files.size(file.resolve(part));
    }
    return size;
  }
}
