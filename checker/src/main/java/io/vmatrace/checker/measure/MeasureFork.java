package io.vmatrace.checker.measure;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.HdrHistogram.Histogram;

/**
 * The JVM that measures one contender. It needs a JVM of its own: the JIT compiler inlines calls with one target, and a JVM that has
 * run another variant, or a test's tasks, has seen more. It reads the workload from standard input, and then commands of one byte. It
 * ends with its input, when the JVM that started it is gone.
 */
final class MeasureFork {
  /** Run a round, and write what it took. */
  static final int ROUND = 'r';

  /** Write the counts since this was last asked. */
  static final int COUNTS = 'c';

  /** Run a round and write the times of single operations. */
  static final int LATENCIES = 'l';

  private final Bench bench;
  private final DataOutputStream out;

  private MeasureFork(Bench bench, DataOutputStream out) {
    this.bench = bench;
    this.out = out;
  }

  /** Name of the contender, repeats in a round. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler((_, e) -> {
      System.err.println("vmatrace: measuring %s: %s".formatted(args[0], e));
      Runtime.getRuntime().halt(1);
    });
    DataInputStream in = new DataInputStream(System.in);
    Workload workload = Workload.read(in);
    BlockingQueue<Integer> commands = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> listen(in, commands));
    Bench bench = new Bench(workload, args[0], Integer.parseInt(args[1]));
    MeasureFork fork = new MeasureFork(bench, new DataOutputStream(new BufferedOutputStream(System.out)));
    while (true) {
      fork.obey(commands.take());
    }
  }

  private static void listen(DataInputStream in, BlockingQueue<Integer> commands) {
    try {
      for (int command = in.read(); command >= 0; command = in.read()) {
        commands.add(command);
      }
    } catch (IOException _) {
      // the same as its end
    }
    Runtime.getRuntime().halt(0);
  }

  private void obey(int command) throws IOException {
    switch (command) {
      case ROUND -> write(bench.round());
      case COUNTS -> write(bench.takeCounts());
      case LATENCIES -> write(bench.latencies());
      default -> throw new IllegalStateException("no command: " + command);
    }
    out.flush();
  }

  private void write(Round round) throws IOException {
    out.writeLong(round.nanos());
    out.writeLong(round.cpuNanos());
  }

  private void write(ContentionCounts counts) throws IOException {
    out.writeLong(counts.retries());
    out.writeLong(counts.writerWaits());
    out.writeLong(counts.detached());
    out.writeLong(counts.secondWaits());
  }

  private void write(Map<Operation.Call, Histogram> latencies) throws IOException {
    out.writeByte(latencies.size());
    for (Map.Entry<Operation.Call, Histogram> latency : latencies.entrySet()) {
      Histogram of = latency.getValue();
      out.writeByte(latency.getKey().ordinal());
      out.writeLong(of.getTotalCount());
      out.writeLong(of.getValueAtPercentile(50));
      out.writeLong(of.getValueAtPercentile(99));
      out.writeLong(of.getValueAtPercentile(99.9));
    }
  }
}
