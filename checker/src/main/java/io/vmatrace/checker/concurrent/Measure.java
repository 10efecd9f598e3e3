package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.concurrent.Measured.Latency;
import io.vmatrace.checker.concurrent.Operation.Call;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs a workload on real threads under each variant and each baseline, and says what it cost. */
public final class Measure {
  /**
   * How much is run for each contender.
   *
   * @param operations in all measured rounds of all its JVMs together, about: a workload is repeated as a whole
   * @param forks JVMs, one after the other
   * @param warmUps rounds in each JVM that do not count
   * @param rounds rounds in each JVM
   */
  public record Settings(long operations, int forks, int warmUps, int rounds) {
    /** Ten million operations. The warm-up is long because the JIT compiler changes its mind late. */
    public static final Settings DEFAULT = new Settings(10_000_000, 3, 15, 5);

    private int repeats(Workload workload) {
      return Math.clamp(operations / forks / rounds / Math.max(1, workload.size()), 1, Integer.MAX_VALUE);
    }
  }

  private final Settings settings;

  public Measure(Settings settings) {
    this.settings = settings;
  }

  /** The names of all that can be measured: the floor, the baselines, the variants. */
  public static List<String> contenders() {
    return Contender.all();
  }

  /**
   * Runs the contenders in turn, each as often as there are forks, so that what the machine does meanwhile falls on all of them.
   *
   * @throws IOException when a JVM cannot be started, or ends early
   */
  public List<Measured> run(Workload workload, List<String> contenders) throws IOException, InterruptedException {
    Map<String, Tally> tallies = new java.util.LinkedHashMap<>();
    for (int fork = 0; fork < settings.forks; fork++) {
      for (String contender : contenders) {
        fork(workload, contender, tallies.computeIfAbsent(contender, _ -> new Tally()));
      }
    }
    List<Measured> measured = new ArrayList<>();
    tallies.forEach((contender, tally) -> measured.add(tally.measured(contender)));
    return measured;
  }

  private void fork(Workload workload, String contender, Tally tally) throws IOException, InterruptedException {
    int repeats = settings.repeats(workload);
    Process process = new ProcessBuilder(command(contender, repeats)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (DataOutputStream out = new DataOutputStream(process.getOutputStream());
        DataInputStream in = new DataInputStream(process.getInputStream())) {
      workload.write(out);
      out.flush();
      tally.read(in, settings.rounds, workload.size() * repeats);
    } finally {
      process.destroy();
    }
    process.waitFor();
  }

  /** The JVM that runs this, with the same classes. */
  private List<String> command(String contender, int repeats) {
    String java = ProcessHandle.current().info().command().orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    return List.of(
        java, "-Xms256m", "-Xmx512m", "-XX:+UseParallelGC", "-cp", System.getProperty("java.class.path"), MeasureFork.class.getName(),
        contender, String.valueOf(repeats), String.valueOf(settings.warmUps), String.valueOf(settings.rounds));
  }

  /** What all JVMs of one contender measured. */
  private static final class Tally {
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> cpuNanos = new ArrayList<>();
    private final Map<Call, Histogram> latencies = new EnumMap<>(Call.class);
    private long retries;
    private long writerWaits;
    private long detached;
    private long secondWaits;

    private void read(DataInputStream in, int rounds, long operations) throws IOException {
      for (int i = 0; i < rounds; i++) {
        perSecond.add(operations * 1e9 / in.readLong());
        cpuNanos.add((double) in.readLong() / operations);
      }
      retries += in.readLong();
      writerWaits += in.readLong();
      detached += in.readLong();
      secondWaits += in.readLong();
      for (int left = in.readByte(); left > 0; left--) {
        Call call = Call.values()[in.readByte()];
        Histogram histogram = Histogram.decodeFromByteBuffer(ByteBuffer.wrap(in.readNBytes(in.readInt())), 0);
        latencies.merge(call, histogram, (a, b) -> {
          a.add(b);
          return a;
        });
      }
    }

    private Measured measured(String contender) {
      return new Measured(
          contender, interval(perSecond), interval(cpuNanos), latency(Call.FAULT), latency(Call.MUNMAP), latency(Call.MMAP),
          retries, writerWaits, detached, secondWaits);
    }

    private static Interval interval(List<Double> samples) {
      return Interval.of(samples.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private @Nullable Latency latency(Call call) {
      Histogram of = latencies.get(call);
      return of == null
          ? null
          : new Latency(of.getTotalCount(), of.getValueAtPercentile(50), of.getValueAtPercentile(99), of.getValueAtPercentile(99.9));
    }
  }
}
