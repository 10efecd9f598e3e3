package io.vmatrace.parser.fuzz;

import io.vmatrace.parser.ftrace.ConsoleFormat;
import io.vmatrace.parser.ftrace.FunctionGraph;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.perf.PerfScript;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.tracedat.SmallFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Every decoder as Jazzer runs it: the class that it is given, and the real files whose pieces it begins with. */
public enum FuzzTarget {
  FTRACE_TEXT(FtraceText.class, 4, "src/test/resources/ftrace/fields-tgid.txt", "src/test/resources/ftrace/comms.txt",
      "src/test/resources/ftrace/stacktrace.txt", "src/test/resources/text/function-args-6.18.15.txt.zst"),
  LATENCY_TEXT(LatencyText.class, 4, "src/test/resources/ftrace/latency.txt"),
  VERBOSE_TEXT(VerboseText.class, 4, "src/test/resources/ftrace/verbose.txt"),
  TRACE_CMD_TEXT(TraceCmdText.class, 4, "src/test/resources/text/tracecmd-l.txt.zst", "src/test/resources/text/tracecmd-ts-diff.txt.zst",
      "src/test/resources/text/tracecmd-two-files.txt.zst", "src/test/resources/text/tracecmd-graph.txt.zst"),
  PERF_SCRIPT_TEXT(PerfScriptText.class, 4, "src/test/resources/text/perf-lost-ns.txt.zst", "src/test/resources/text/perf-ip-sym.txt.zst",
      "src/test/resources/text/perf-no-cpu.txt.zst", "src/test/resources/text/perf-task-events.txt.zst"),
  FUNCTION_GRAPH_TEXT(FunctionGraphText.class, 4, "src/test/resources/text/graph-bare-6.18.15.txt.zst",
      "src/test/resources/text/graph-abstime-proc-tail-7.2.13.txt.zst", "src/test/resources/text/graph-latency.txt.zst"),
  KERNEL_LOG(KernelLog.class, 8, "../samples/broken-no-reader-wait-oops-console.log.zst", "../checker/src/test/resources/reported/log-audit-line.txt",
      "../checker/src/test/resources/reported/log-quoted-mail.txt", "../checker/src/test/resources/reported/hung-powerpc.txt",
      "../checker/src/test/resources/reported/kasan-decoded-frames.txt", "../checker/src/test/resources/reported/lockdep-vma-lock-only-held.txt",
      "../checker/src/test/resources/reported/assert-in-mm-h.txt", "../checker/src/test/resources/reported/empty-dump.txt"),
  EVENT_FORMAT(Format.class, 16, "../samples/formats/raw/events/maple_tree/ma_write/format",
      "../samples/formats/raw/events/ftrace/function/format"),
  TRACE_DAT(TraceDatFile.class, 1 << 10, "src/test/resources/tracedat/function-7.2.13.dat", "src/test/resources/tracedat/graph-7.2.13.dat"),
  RAW_PAGES(RawPages.class, 64, "../samples/formats/raw/raw-cpu0.bin"),
  PERF_DATA(PerfDataFile.class, 1 << 10, "../../shared/corpora/perf.data/sleep.compressed.pipe.data", "../../shared/corpora/perf.data/sleep.data",
      "../../shared/corpora/perf.data/group_desc-4.14.data", "../../shared/corpora/perf.data/piped.lost_samples-4.4.data",
      "../samples/clean-6.18.15-churn-perf.data"),
  PERFETTO(PerfettoTrace.class, 16, "../samples/formats/perfetto-dense.pb.zst", "../samples/formats/perfetto-generic.pb.zst"),
  ANY_CAPTURE(AnyCapture.class, 4, "../samples/clean-7.2.13-churn.txt.zst", "src/test/resources/ftrace/comms.txt",
      "src/test/resources/text/perf-probe.txt.zst", "../../shared/corpora/ftrace-text/compressed_atrace_data.txt");

  private static final int KIB = 1 << 10;
  private static final int MOST_PIECES = 12;

  private final Class<?> target;
  private final int pieceBytes;
  private final List<String> seeds;

  /** @param pieceKib length of the pieces into which the first inputs are cut */
  FuzzTarget(Class<?> target, int pieceKib, String... seeds) {
    this.target = target;
    this.pieceBytes = pieceKib * KIB;
    this.seeds = List.of(seeds);
  }

  String className() {
    return target.getName();
  }

  /** Longest input that Jazzer makes, in bytes. */
  int longest() {
    return Math.max(4 * KIB * 4, Math.min(pieceBytes, 256 * KIB));
  }

  /** Writes the first inputs into a folder: pieces of the files, those that end in .zst as they are inside. */
  void seed(Path folder) throws IOException {
    for (String seed : seeds) {
      Path file = Path.of(seed);
      if (Files.exists(file)) {
        seed(folder, file);
      }
    }
    if (this == TRACE_DAT) {
      Path unpacked = Files.createTempDirectory("vmatrace-seeds-");
      for (Map.Entry<String, byte[]> file : SmallFiles.all(unpacked).entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
    }
  }

  private void seed(Path folder, Path file) throws IOException {
    try (InputStream in = Fuzzing.unfolded(file)) {
      for (int piece = 0; piece < MOST_PIECES; piece++) {
        byte[] bytes = in.readNBytes(pieceBytes);
        if (bytes.length == 0) {
          return;
        }
        Files.write(folder.resolve(file.getFileName() + "." + piece), bytes);
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

  /** {@link Layout#TRACE_CMD}. */
  public static final class TraceCmdText {
    private TraceCmdText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.lines(Layout.TRACE_CMD, bytes);
    }
  }

  /** {@link PerfScript}. */
  public static final class PerfScriptText {
    private PerfScriptText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      for (PerfScript format : PerfScript.values()) {
        Fuzzing.lines(format, bytes);
      }
    }
  }

  /** {@link FunctionGraph}. */
  public static final class FunctionGraphText {
    private FunctionGraphText() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      for (FunctionGraph format : FunctionGraph.values()) {
        Fuzzing.lines(format, bytes);
      }
    }
  }

  /** {@link ConsoleFormat}. */
  public static final class KernelLog {
    private KernelLog() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.lines(ConsoleFormat.KERNEL_LOG, bytes);
    }
  }

  /** {@link EventFormat}: a format, or what is wrong with it. */
  public static final class Format {
    private Format() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      try {
        EventFormat format = EventFormat.parse("system", new String(bytes, StandardCharsets.ISO_8859_1));
        Fuzzing.record(format, bytes);
      } catch (IllegalArgumentException e) {
        Fuzzing.demand(!e.getMessage().isEmpty(), "an error without a word");
      }
    }
  }

  /** trace.dat. */
  public static final class TraceDatFile {
    private TraceDatFile() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.capture(bytes);
    }
  }

  /** Pages of one CPU beside real formats. */
  public static final class RawPages {
    private RawPages() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.pages(bytes);
    }
  }

  /** perf.data. */
  public static final class PerfDataFile {
    private PerfDataFile() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.capture(bytes);
    }
  }

  /** A trace of Perfetto's. */
  public static final class PerfettoTrace {
    private PerfettoTrace() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.capture(bytes);
    }
  }

  /** Whatever it is: recognition, wrappers, archives. */
  public static final class AnyCapture {
    private AnyCapture() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
      Fuzzing.captureSet(bytes);
      Fuzzing.capture(bytes);
    }
  }
}
