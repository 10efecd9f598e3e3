package io.vmatrace.cli.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A trace instance of ours: its buffers and settings are nobody else's, and go with it. */
final class TraceInstance {
  private static final Pattern CPU = Pattern.compile("cpu\\d+");

  /** One clock for all CPUs, of nanoseconds. */
  private static final String CLOCK = "mono";

  private static final int REMOVALS = 50;
  private static final int REMOVAL_MILLISECONDS = 20;
  private static final int LEAST_KIB = 256;

  private final Path path;

  private TraceInstance(Path path) {
    this.path = path;
  }

  /** Where ours will be: it has the number of this process in its name. */
  static Path place(Tracefs tracefs) {
    return tracefs.root().resolve("instances").resolve("vmatrace." + ProcessHandle.current().pid());
  }

  /** Makes it; nothing is recorded yet. */
  static TraceInstance create(Path path) throws RecordException {
    try {
      Files.createDirectory(path);
    } catch (IOException e) {
      throw RecordException.refused("no trace instance can be made: %s%s".formatted(e.getMessage(), Tracefs.lockdown()));
    }
    TraceInstance instance = new TraceInstance(path);
    try {
      instance.set("tracing_on", "0");
      return instance;
    } catch (IOException e) {
      var _ = path.toFile().delete(); // a kernel that is locked down makes it, and lets nobody use it
      throw RecordException.refused("a trace instance cannot be used: %s%s".formatted(e.getMessage(), Tracefs.lockdown()));
    }
  }

  Path path() {
    return path;
  }

  /** Writes a setting. */
  void set(String name, String value) throws IOException {
    Tracefs.write(path.resolve(name), value);
  }

  boolean has(String name) {
    return Files.exists(path.resolve(name));
  }

  /**
   * Makes the buffers, and chooses a clock.
   *
   * @param kib for each CPU; half as much, and so on, where there is no memory for it
   * @return how much it was
   */
  int prepare(int kib) throws IOException {
    if (Tracefs.read(path.resolve("trace_clock")).contains(CLOCK)) {
      set("trace_clock", CLOCK);
    }
    for (int size = kib; ; size /= 2) {
      try {
        set("buffer_size_kb", String.valueOf(size));
        return size;
      } catch (IOException e) {
        if (size / 2 < LEAST_KIB) {
          throw e;
        }
      }
    }
  }

  /** Has the children of traced tasks traced too, where the kernel can. */
  void followForks() throws IOException {
    if (has("options/event-fork")) {
      set("options/event-fork", "1");
    }
  }

  /** The CPUs that have a buffer, in their order. */
  List<Integer> cpus() throws IOException {
    try (Stream<Path> all = Files.list(path.resolve("per_cpu"))) {
      return all.map(cpu -> String.valueOf(cpu.getFileName())).filter(name -> CPU.matcher(name).matches()).map(name -> Integer.valueOf(name.substring(3))).sorted().toList();
    }
  }

  /** What the buffer of a CPU says of itself. */
  String stats(int cpu) throws IOException {
    return Tracefs.read(path.resolve("per_cpu/cpu%d/stats".formatted(cpu)));
  }

  /** Where the pages of a CPU are read. */
  Path pages(int cpu) {
    return path.resolve("per_cpu/cpu%d/trace_pipe_raw".formatted(cpu));
  }

  /** Removes it, and all that was set in it; who reads it must be done. */
  void remove() throws IOException, InterruptedException {
    for (int i = 1; Files.exists(path); i++) {
      try {
        Files.delete(path);
      } catch (IOException e) {
        if (i == REMOVALS) {
          throw e;
        }
        Thread.sleep(REMOVAL_MILLISECONDS);
      }
    }
  }
}
