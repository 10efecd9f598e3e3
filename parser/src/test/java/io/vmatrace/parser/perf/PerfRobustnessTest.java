package io.vmatrace.parser.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever has happened to a file, it is read as far as it can be, or refused in one line. {@code -Dvmatrace.cuts=500
 * -Dvmatrace.flips=2000} looks at more than there is time for in every build.
 */
@Execution(ExecutionMode.CONCURRENT)
class PerfRobustnessTest {
  private static final int CUTS = Integer.getInteger("vmatrace.cuts", 8);
  private static final int FLIPS = Integer.getInteger("vmatrace.flips", 24);

  @TempDir Path folder;

  static Stream<Path> files() throws Exception {
    return PerfScriptTest.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldReadWhatIsLeftOfAFileThatIsCut(Path file) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < CUTS; i++) {
      byte[] cut = Arrays.copyOf(whole, 8 + random.nextInt(whole.length - 8));
      assertReadOrRefused(cut, "%s cut at %d".formatted(file, cut.length));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldSurviveBytesThatChanged(Path file) throws Exception {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(2);
    for (int i = 0; i < FLIPS; i++) {
      byte[] changed = whole.clone();
      int at = i % 4 == 0 ? 8 + random.nextInt(1_000) : random.nextInt(whole.length);
      int value = random.nextInt(256);
      changed[at] = (byte) value;
      assertReadOrRefused(changed, "%s with %d at %d".formatted(file, value, at));
    }
  }

  /** Each of many events says that the same ids are its own: the time it takes must not be that of all pairs. */
  @Test
  @Timeout(120)
  void shouldReadManyEventsThatShareTheirIds() throws Exception {
    int attrs = 100_000;
    int entry = PerfAttr.SMALLEST + 16;
    int ids = 104 + attrs * entry;
    ByteBuffer out = ByteBuffer.allocate(ids + 100_000 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.put("PERFILE2".getBytes(StandardCharsets.US_ASCII)).putLong(104).putLong(entry).putLong(104).putLong((long) attrs * entry);
    out.putLong(104).putLong(attrs * (long) entry);
    for (int i = 0; i < attrs; i++) {
      out.position(104 + i * entry).putInt(PerfAttr.TYPE_TRACEPOINT).putInt(PerfAttr.SMALLEST);
      out.position(104 + i * entry + PerfAttr.SMALLEST).putLong(ids).putLong(out.capacity() - ids);
    }
    assertReadOrRefused(out.array(), "ids that are shared");
  }

  /** A table of event names that promises four milliards of them, each of no bytes, and ends there. */
  @Test
  @Timeout(120)
  void shouldReadNoMoreEventNamesThanThereAre() throws Exception {
    byte[] whole = Files.readAllBytes(Event.FORMATS.resolve("perf-z.data"));
    ByteBuffer file = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    long before = file.getLong(72) & (1L << 12) - 1; // struct perf_file_header: adds_features; HEADER_EVENT_DESC is 12
    int entry = (int) (file.getLong(40) + file.getLong(48)) + 16 * Long.bitCount(before);
    int table = (int) file.getLong(entry);
    file.putLong(entry + Long.BYTES, 8).putInt(table, -1).putInt(table + 4, 0);
    assertReadOrRefused(whole, "event names that are not there");
  }

  /** In a pipe an event may be described at any time, also between any two samples. */
  @Test
  @Timeout(120)
  void shouldReadManyEventsBetweenSamples() throws Exception {
    ByteBuffer out = ByteBuffer.allocate(100_000 * (PerfAttr.SMALLEST + 8 + 8) + 16).order(ByteOrder.LITTLE_ENDIAN);
    out.put("PERFILE2".getBytes(StandardCharsets.US_ASCII)).putLong(16);
    while (out.hasRemaining()) {
      int attr = out.putInt(PipeRecords.ATTR).putShort((short) 0).putShort((short) (PerfAttr.SMALLEST + 8)).position();
      out.putInt(PerfAttr.TYPE_TRACEPOINT).putInt(PerfAttr.SMALLEST).position(attr + PerfAttr.SMALLEST);
      out.putInt(9).putShort((short) 0).putShort((short) 8);
    }
    assertReadOrRefused(out.array(), "events between samples");
  }

  /** A result whose bytes add up, or one exception; never another one, and no hang. */
  private void assertReadOrRefused(byte[] bytes, String what) throws Exception {
    Path file = Files.write(folder.resolve("broken.data"), bytes);
    long begin = System.nanoTime();
    boolean whole = false;
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      whole = true;
      assertThat(capture.facts().stats().bytes()).as(what).isEqualTo(bytes.length);
      assertThat(capture.quote(new long[] {1, 2, 100})).as(what).hasSizeLessThanOrEqualTo(3);
    } catch (CaptureException e) {
      assertThat(e.getMessage()).as(what).startsWith(file.toString()).doesNotContain("\n");
      assertThat(whole).as("%s was read once and not again", what).isFalse();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    assertThat(System.nanoTime() - begin).as(what).isLessThan(TimeUnit.SECONDS.toNanos(60));
  }
}
