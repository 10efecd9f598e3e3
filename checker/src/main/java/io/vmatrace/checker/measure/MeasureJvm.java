package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A {@link MeasureFork} as the JVM that started it sees it. It waits for commands, and ends with that JVM. */
final class MeasureJvm implements AutoCloseable {
  /**
   * Times of single operations, in one JVM: nanoseconds.
   *
   * @param count how many were taken
   */
  record Times(long count, long p50, long p99, long p999) {}

  private final String contender;
  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;

  private MeasureJvm(String contender, Process process) {
    this.contender = contender;
    this.process = process;
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    in = new DataInputStream(process.getInputStream());
  }

  /**
   * Starts one, with the classes of this JVM.
   *
   * @throws IOException when it cannot be started
   */
  static MeasureJvm start(String contender, int repeats) throws IOException {
    String java = ProcessHandle.current().info().command().orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> command =
        List.of(
            java, "-Xms128m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xlog:disable", "-XX:+DisplayVMOutputToStderr",
            "-cp", System.getProperty("java.class.path"), MeasureFork.class.getName(), contender, String.valueOf(repeats));
    return new MeasureJvm(contender, new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  String contender() {
    return contender;
  }

  /** Before anything else. */
  void send(Workload workload) throws IOException {
    try {
      workload.write(out);
      out.flush();
    } catch (IOException e) {
      throw ended(e);
    }
  }

  Round round() throws IOException {
    return ask(MeasureFork.ROUND, () -> new Round(in.readLong(), in.readLong()));
  }

  ContentionCounts counts() throws IOException {
    return ask(MeasureFork.COUNTS, () -> new ContentionCounts(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
  }

  Map<Call, Times> latencies() throws IOException {
    return ask(MeasureFork.LATENCIES, () -> {
      Map<Call, Times> times = new EnumMap<>(Call.class);
      for (int left = in.readByte(); left > 0; left--) {
        times.put(Call.values()[in.readByte()], new Times(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
      }
      return times;
    });
  }

  private interface Answer<T> {
    T read() throws IOException;
  }

  private <T> T ask(int command, Answer<T> answer) throws IOException {
    try {
      out.writeByte(command);
      out.flush();
      return answer.read();
    } catch (IOException e) {
      throw ended(e);
    }
  }

  private IOException ended(IOException e) {
    return new IOException("the JVM that measures %s has ended".formatted(contender), e);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
