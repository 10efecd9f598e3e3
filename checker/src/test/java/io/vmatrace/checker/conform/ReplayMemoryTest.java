package io.vmatrace.checker.conform;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What replay keeps is bounded by what lives at a time: a capture whose processes run again and again, with other tasks, mms and VMAs each time, takes no more. */
class ReplayMemoryTest {
  /** Pointers of slab objects, time and tasks, which are others in each round; the rest of the events is as it was. */
  private static final Pattern POINTER = Pattern.compile("ff[0-9a-f]{6}(?=[0-9a-f]{8}\\b)");

  private static final Pattern TIME = Pattern.compile("(?<= )([0-9]+)\\.([0-9]{6})(?=: )");
  private static final Pattern TASK = Pattern.compile("(?<=workload-)[0-9]+|(?<=pid=)[0-9]+");
  private static final int FEW = 2;
  private static final int MANY = 12;
  private static final long SECONDS = 1_000;

  @TempDir Path folder;

  private static List<String> lines(String sample) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of("../samples/" + sample + ".txt.zst")))) {
      return new String(in.readAllBytes(), ISO_8859_1).lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  private Path rounds(List<String> lines, int rounds) throws IOException {
    Path file = folder.resolve(rounds + ".txt");
    try (BufferedWriter out = Files.newBufferedWriter(file, ISO_8859_1)) {
      out.write("# tracer: nop\n#\n");
      for (int round = 0; round < rounds; round++) {
        int of = round;
        for (String line : lines) {
          String time = TIME.matcher(line).replaceFirst(at -> "%d.%s".formatted(Long.parseLong(at.group(1)) + of * SECONDS, at.group(2)));
          String task = TASK.matcher(time).replaceAll(pid -> Integer.toString(Integer.parseInt(pid.group()) + of * 1_000));
          out.write(POINTER.matcher(task).replaceAll(pointer -> String.format(Locale.ROOT, "ff%06x", Long.parseLong(pointer.group().substring(2), 16) + of)));
          out.write('\n');
        }
      }
    }
    return file;
  }

  /** How much is kept at most after each batch, and at the end; and how many VMAs came by in all. */
  private static int kept(String design, Path file) throws Exception {
    Design of = Objects.requireNonNull(Design.Catalogue.builtIn().variant(design));
    Conformance conformance = new Conformance(of);
    MmReconstruction reconstruction = new MmReconstruction(conformance);
    try (Capture open = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      open.decode(
          batch -> {
            reconstruction.apply(batch);
            return true;
          },
          false,
          _ -> {});
    }
    reconstruction.finish();
    assertThat(conformance.result().mismatches()).isEmpty();
    return conformance.kept();
  }

  @ParameterizedTest
  @CsvSource({"lock-store-detach, clean-7.2.13-churn", "lock-store-detach-6.16, clean-6.18.15-churn", "rwsem, clean-6.12.94-churn"})
  void shouldKeepNoMoreOfALongCapture(String design, String sample) throws Exception {
    List<String> lines = lines(sample);
    int few = kept(design, rounds(lines, FEW));
    assertThat(kept(design, rounds(lines, MANY))).isLessThanOrEqualTo(few);
  }
}
