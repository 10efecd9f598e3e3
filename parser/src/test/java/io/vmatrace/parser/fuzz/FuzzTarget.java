package io.vmatrace.parser.fuzz;

import io.vmatrace.parser.ftrace.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Every decoder as Jazzer runs it: the class that it is given, and the real files whose pieces it begins with. */
public enum FuzzTarget {
  FTRACE_TEXT(FtraceText.class, "ftrace/fields-tgid.txt", "ftrace/comms.txt", "ftrace/stacktrace.txt"),
  LATENCY_TEXT(LatencyText.class, "ftrace/latency.txt"),
  VERBOSE_TEXT(VerboseText.class, "ftrace/verbose.txt"),
  CAPTURE(AnyCapture.class, "ftrace/comms.txt", "ftrace/latency.txt");

  private static final int PIECE_BYTES = 4 << 10;
  private static final int MOST_PIECES = 12;

  private final Class<?> target;
  private final List<String> seeds;

  FuzzTarget(Class<?> target, String... seeds) {
    this.target = target;
    this.seeds = List.of(seeds);
  }

  String className() {
    return target.getName();
  }

  /** Writes the first inputs into a folder: pieces of the files, which lie in src/test/resources or, with ../../ before, in shared. */
  void seed(Path folder) throws IOException {
    for (String seed : seeds) {
      Path file = seed.startsWith("../") ? Path.of(seed) : Path.of("src/test/resources", seed);
      if (Files.exists(file)) {
        seed(folder, seed.replace('/', '_'), file);
      }
    }
  }

  private static void seed(Path folder, String name, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (int piece = 0; piece < MOST_PIECES; piece++) {
        byte[] bytes = in.readNBytes(PIECE_BYTES);
        if (bytes.length == 0) {
          return;
        }
        Files.write(folder.resolve(name + "." + piece), bytes);
      }
    }
  }

  /** {@link Layout#COMMON}. */
  public static final class FtraceText {
    private FtraceText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.lines(Layout.COMMON, bytes);
    }
  }

  /** {@link Layout#LATENCY}. */
  public static final class LatencyText {
    private LatencyText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.lines(Layout.LATENCY, bytes);
    }
  }

  /** {@link Layout#VERBOSE}. */
  public static final class VerboseText {
    private VerboseText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.lines(Layout.VERBOSE, bytes);
    }
  }

  /** Whatever it is. */
  public static final class AnyCapture {
    private AnyCapture() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.capture(bytes);
    }
  }
}
