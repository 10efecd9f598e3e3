package io.vmatrace.parser.perfetto;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever has happened to a trace, it is read as far as it can be, or refused in one line. {@code -Dvmatrace.cuts=500
 * -Dvmatrace.flips=2000} looks at more than there is time for in every build.
 */
@Execution(ExecutionMode.CONCURRENT)
class PerfettoRobustnessTest {
  private static final int CUTS = Integer.getInteger("vmatrace.cuts", 16);
  private static final int FLIPS = Integer.getInteger("vmatrace.flips", 64);

  @TempDir Path folder;

  /** What is damaged. */
  enum Form {
    DENSE,
    GENERIC,
    ZLIB,
    ZSTD;

    byte[] bytes() throws Exception {
      byte[] trace = Traces.bytes(this == GENERIC ? Traces.GENERIC : Traces.DENSE);
      List<byte[]> packets = Traces.packets(trace);
      return switch (this) {
        case DENSE, GENERIC -> trace;
        case ZLIB -> Traces.trace(Traces.compressed(packets, 9, Packets.ZLIB));
        case ZSTD -> Traces.trace(Traces.compressed(packets, 9, Packets.ZSTD));
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldReadWhatIsLeftOfATraceThatIsCut(Form form) throws Exception {
    byte[] whole = form.bytes();
    Random random = new Random(1);
    for (int i = 0; i < CUTS; i++) {
      byte[] cut = Arrays.copyOf(whole, 8 + random.nextInt(whole.length - 8));
      assertReadOrRefused(cut, "%s cut at %d".formatted(form, cut.length));
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldSurviveBytesThatChanged(Form form) throws Exception {
    byte[] whole = form.bytes();
    Random random = new Random(2);
    for (int i = 0; i < FLIPS; i++) {
      byte[] changed = whole.clone();
      int at = i % 4 == 0 ? random.nextInt(1_000) : random.nextInt(whole.length);
      int value = random.nextInt(256);
      changed[at] = (byte) value;
      assertReadOrRefused(changed, "%s with %d at %d".formatted(form, value, at));
    }
  }

  /** A result whose bytes add up, or one exception; never another one, and no hang. */
  private void assertReadOrRefused(byte[] bytes, String what) throws Exception {
    Path file = Files.write(folder.resolve("broken.pb"), bytes);
    long begin = System.nanoTime();
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      assertThat(capture.facts().stats().bytes()).as(what).isEqualTo(bytes.length);
      assertThat(capture.quote(new long[] {1, 2, 100})).as(what).hasSizeLessThanOrEqualTo(3);
    } catch (CaptureException e) {
      assertThat(e.getMessage()).as(what).startsWith(file.toString()).doesNotContain("\n");
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    assertThat(System.nanoTime() - begin).as(what).isLessThan(TimeUnit.SECONDS.toNanos(60));
  }
}
