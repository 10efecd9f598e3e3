package io.vmatrace.checker.concurrent;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The JVM that measures one contender. A JVM of its own is needed: the JIT compiler inlines what it has seen only one form of, and one
 * that has run another variant, or a test's tasks, has seen more. It reads the workload from standard input and writes what it measured.
 */
final class MeasureFork {
  private MeasureFork() {}

  /** Name of the contender, repeats in a round, rounds of warm-up, rounds. */
  public static void main(String[] args) throws IOException {
    Workload workload = Workload.read(new DataInputStream(new BufferedInputStream(System.in)));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    run(workload, args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), out);
    out.flush();
  }

  private static void run(Workload workload, String contender, int repeats, int warmUps, int rounds, DataOutputStream out) throws IOException {
    Bench bench = new Bench(workload, contender, repeats);
    for (int i = 0; i < warmUps; i++) {
      bench.round();
    }
    for (int i = 0; i < rounds; i++) {
      Bench.Round round = bench.round();
      out.writeLong(round.nanos());
      out.writeLong(round.cpuNanos());
    }
    out.writeLong(bench.retries());
    out.writeLong(bench.writerWaits());
    out.writeLong(bench.detached());
    out.writeLong(bench.secondWaits());
    Map<Operation.Call, Histogram> latencies = bench.latencies();
    out.writeByte(latencies.size());
    for (Map.Entry<Operation.Call, Histogram> latency : latencies.entrySet()) {
      out.writeByte(latency.getKey().ordinal());
      write(latency.getValue(), out);
    }
  }

  private static void write(Histogram histogram, DataOutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoByteBuffer(bytes);
    out.writeInt(length);
    out.write(bytes.array(), 0, length);
  }
}
