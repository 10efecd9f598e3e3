package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.tracedat.SlowPages.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A damaged file ends with a result or with one clear message. {@code -Dvmatrace.truncations=500 -Dvmatrace.flips=2000} does the whole of
 * it; {@code -Dvmatrace.whole=true} takes the real files too, with all their symbols.
 */
@Execution(ExecutionMode.CONCURRENT)
class DamagedFilesTest {
  private static final int TRUNCATIONS = Integer.getInteger("vmatrace.truncations", 40);
  private static final int FLIPS = Integer.getInteger("vmatrace.flips", 120);
  private static final Duration HANG = Duration.ofMinutes(30);

  /** One file; three times what is asked of an idle machine. */
  private static final Duration HANG_OF_ONE = Duration.ofSeconds(30);

  private static final List<String> REAL =
      List.of(
          "captures/formats/tracecmd-v6.dat.zst",
          "captures/formats/tracecmd-v7-none.dat.zst",
          "captures/formats/tracecmd-v7-zstd.dat",
          "corpora/trace.dat/trappy-raw_trace-v6.dat");

  /** A folder of pages, of which one CPU's are damaged. */
  private static final String PAGES = "pages";

  @TempDir static Path folder;

  private static final Map<String, byte[]> FILES = new LinkedHashMap<>();

  @BeforeAll
  static void readFiles() throws IOException {
    Path file = Events.FORMATS.resolve("tracecmd-v6.dat.zst");
    byte[] v6 = Files.readAllBytes(Derived.plain(file, folder));
    Parts parts = new Parts(v6);
    FILES.put("v6", parts.v6(Shape.USUAL));
    FILES.put("v7", parts.v7(Shape.USUAL, "none", "", 0, 1));
    FILES.put("v7 zlib", parts.v7(Shape.USUAL, "zlib", "", 0, 1));
    FILES.put("v7 zstd", parts.v7(Shape.USUAL, "zstd", "", 0, 1));
    Path narrow = Events.SHARED.resolve("corpora/trace.dat/trappy-trace-v6-32bit.dat");
    if (Files.exists(narrow)) {
      FILES.put("32 bits", Files.readAllBytes(narrow));
    }
    if (Boolean.getBoolean("vmatrace.whole")) {
      for (String name : REAL) {
        Path real = Events.SHARED.resolve(name);
        FILES.put(name, Files.readAllBytes(name.endsWith(".zst") ? Derived.plain(real, folder) : real));
      }
    }
    Path pages = Events.FORMATS.resolve("raw");
    FILES.put(PAGES, Files.readAllBytes(pages.resolve("raw-cpu0.bin")));
    Files.createSymbolicLink(Files.createDirectory(folder.resolve(PAGES)).resolve("events"), pages.resolve("events").toAbsolutePath());
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD) // both write the same files
  void shouldEndWellWhereverAFileIsCut() {
    Random random = new Random(7);
    Assertions.assertTimeout(
        HANG,
        () -> {
          for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            for (int i = 0; i < TRUNCATIONS; i++) {
              int length = 1 + random.nextInt(file.getValue().length - 1);
              read(file.getKey() + " cut at " + length, Arrays.copyOf(file.getValue(), length), true);
            }
          }
        });
  }

  @Test
  @Execution(ExecutionMode.SAME_THREAD) // both write the same files
  void shouldEndWellWhateverByteIsWrong() {
    Random random = new Random(8);
    Assertions.assertTimeout(
        HANG,
        () -> {
          for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
            for (int i = 0; i < FLIPS; i++) {
              byte[] bytes = file.getValue().clone();
              int at = random.nextInt(i % 2 == 0 ? bytes.length : Math.min(bytes.length, 2_000));
              bytes[at] ^= (byte) (1 + random.nextInt(255));
              read("%s with byte %d wrong".formatted(file.getKey(), at), bytes, false);
            }
          }
        });
  }

  private static void read(String what, byte[] bytes, boolean cut) throws IOException {
    boolean pages = what.startsWith(PAGES);
    Path written = Files.write(folder.resolve(pages ? PAGES + "/raw-cpu0.bin" : "damaged.dat"), bytes);
    Path file = pages ? folder.resolve(PAGES) : written;
    long begin = System.nanoTime();
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      long[] events = new long[1];
      capture.decode(
          batch -> {
            events[0] += batch.size();
            return true;
          },
          false,
          _ -> {});
      assertThat(capture.facts().stats().bytes()).as(what).isEqualTo(bytes.length);
      assertThat(!cut || pages || capture.facts().cutShort() != null).as("%s is said to be cut short", what).isTrue();
      assertThat(capture.quote(new long[] {1, events[0]})).as(what).hasSizeLessThanOrEqualTo(2);
    } catch (CaptureException e) {
      assertThat(e.getMessage()).as(what).doesNotContain("\n");
      assertThat(e.getMessage()).as(what).startsWith(file + ": ").doesNotContain("null");
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(HANG_OF_ONE);
  }
}
