package io.vmatrace.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Java program with the tests' class path in a process of its own.
 *
 * @param out the file with what it prints
 * @param err the file with what it says beside
 */
record Child(Process process, Path out, Path err, long begin) {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  /**
   * What it took.
   *
   * @param wall seconds
   * @param processor seconds, of all its threads, without its children
   * @param resident the most bytes of memory that it had at once, without its children
   */
  record Took(int status, double wall, double processor, long resident) {
    @Override
    public String toString() {
      return "%.1f s, %.1f s of processors, %d MiB resident".formatted(wall, processor, resident >> 20);
    }
  }

  /** Starts it; its output goes to files in the folder. */
  static Child start(Path folder, String name, List<String> options, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA.toString()));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(arguments);
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8", "SPARK_HOME", folder.resolve("home").toString(), "SPARK_SCALA_VERSION", "2.13", "SPARK_LOCAL_IP", "127.0.0.1", "SPARK_WORKER_DIR", folder.resolve("work").toString()));
    return new Child(builder.start(), out, err, System.nanoTime());
  }

  /** Waits for its end, looking at it all the time. */
  Took await(Duration longest) throws IOException, InterruptedException {
    Duration processor = Duration.ZERO;
    long resident = 0;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      processor = process.info().totalCpuDuration().orElse(processor);
      resident = Math.max(resident, resident());
      if (seconds() > longest.toSeconds()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError("%s: still there after %s%n%s".formatted(err.getFileName(), longest, Files.readString(err)));
      }
    }
    return new Took(process.exitValue(), seconds(), processor.toMillis() / 1e3, resident);
  }

  private double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The kernel keeps the most (VmHWM); elsewhere it is not told. */
  private long resident() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid())))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException _) {
      // it has just ended
    }
    return 0;
  }
}
