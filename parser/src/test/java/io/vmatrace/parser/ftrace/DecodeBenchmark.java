package io.vmatrace.parser.ftrace;

import static java.util.Objects.requireNonNull;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How many bytes of text one decoder on one thread decodes in a second, chunk by chunk as {@code check} does it. docs/PERFORMANCE.md
 * says how to run it and what it gave.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class DecodeBenchmark {
  private static final int TEXT_BYTES = 64 << 20;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int LINE_BYTES = 64 << 10;
  private static final double MILLION = 1e6;

  /** Tracepoints alone with hashed pointers, and with every probe and its values. */
  @Param({"samples/clean-6.18.15-churn-e0-hashed.txt.zst", "samples/clean-7.2.13-churn.txt.zst"})
  public String capture = "";

  private byte[] text = {};
  private final FtraceDecoder decoder = new FtraceDecoder(Layout.COMMON, LINE_BYTES, EventNames.BUILT_IN);
  private final EventBatch events = new EventBatch();
  private final ImportStats stats = new ImportStats();

  /** What was decoded, which JMH divides by the time. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Decoded {
    public long bytes;
    public long lines;
  }

  /** Repeats the capture until it is longer than any cache. */
  @Setup
  public void read() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream(TEXT_BYTES);
    while (whole.size() < TEXT_BYTES) {
      try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of(capture)))) {
        in.transferTo(whole);
      }
    }
    text = whole.toByteArray();
  }

  @Benchmark
  public long decode(Decoded decoded) {
    long decodedEvents = 0;
    for (int from = 0, to; from < text.length; from = to) {
      to = endOfChunk(from);
      events.clear();
      stats.clear();
      decoder.decode(new Chunk(text, from, to), events, stats);
      decoded.lines += stats.lines();
      decodedEvents += events.size();
    }
    decoded.bytes += text.length;
    return decodedEvents;
  }

  private int endOfChunk(int from) {
    int to = Math.min(text.length, from + CHUNK_BYTES);
    while (text[to - 1] != '\n') {
      to--;
    }
    return to;
  }

  /** Runs the benchmark and says what it means in a line for each capture. */
  public static void main(String[] arguments) throws RunnerException {
    Collection<RunResult> results =
        new Runner(new OptionsBuilder().include(DecodeBenchmark.class.getSimpleName()).addProfiler(GCProfiler.class).build()).run();
    for (RunResult result : results) {
      double bytes = secondary(result, "bytes");
      double lines = secondary(result, "lines");
      double allocated = secondary(result, "gc.alloc.rate.norm") * result.getPrimaryResult().getScore();
      System.out.printf(
          "%s: %.0f MB/s, %.1f million lines/s, %.4f bytes allocated per line%n",
          result.getParams().getParam("capture"),
          bytes / MILLION,
          lines / MILLION,
          allocated / lines);
    }
  }

  private static double secondary(RunResult result, String name) {
    return requireNonNull(result.getSecondaryResults().get(name), name).getScore();
  }
}
