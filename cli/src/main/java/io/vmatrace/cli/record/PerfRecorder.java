package io.vmatrace.cli.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A recording by perf record(1), for who may use perf and nothing else: tracepoints only, into a perf.data. Nothing is set up that stays. */
public final class PerfRecorder {
  private static final Path PARANOID = Path.of("/proc/sys/kernel/perf_event_paranoid");
  private static final Path LOCKED_KIB = Path.of("/proc/sys/kernel/perf_event_mlock_kb");
  private static final int DEFAULT_KIB = 16 << 10;
  private static final int PERIOD_MILLISECONDS = 50;
  private static final int PATIENCE_SECONDS = 60;

  /** Of the locked memory a page is for perf itself. */
  private static final int HEADER_KIB = 4;

  private final RecordOptions options;
  private final boolean isRoot;
  private final List<String> lacking;
  private final List<String> line;
  private volatile boolean stopped;

  private PerfRecorder(RecordOptions options, boolean isRoot, List<String> lacking, List<String> line) {
    this.options = options;
    this.isRoot = isRoot;
    this.lacking = lacking;
    this.line = line;
  }

  /**
   * Looks whether there is a perf, and what it may record.
   *
   * @throws RecordException when it may nothing of use
   */
  public static PerfRecorder find(RecordOptions options) throws RecordException {
    try {
      String perf = TracedProgram.places("perf").stream().filter(Files::isExecutable).findFirst().map(Path::toString).orElse("");
      if (perf.isEmpty()) {
        throw RecordException.refused("there is no perf here: install it (linux-perf, linux-tools)");
      }
      if (!options.command().isEmpty()) {
        TracedProgram.check(options.command());
      }
      boolean isRoot = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
      Tracefs tracefs = Tracefs.readable();
      if (!Files.isReadable(tracefs.root().resolve("events/mmap_lock"))) {
        throw RecordException.refused(
            "perf looks up events in %s, which this user may not read: sudo mount -o remount,mode=755 %s, and kernel.perf_event_paranoid=-1 (it is %s) or CAP_PERFMON"
                .formatted(tracefs.root().resolve("events"), tracefs.root(), Files.readString(PARANOID).strip()));
      }
      ChosenEvents events = ChosenEvents.of(tracefs);
      return new PerfRecorder(options, isRoot, events.lacking(), line(perf, options, kib(options, isRoot), events));
    } catch (IOException e) {
      throw RecordException.refused("the state of this system cannot be read: " + e.getMessage());
    }
  }

  /** What a user other than root may lock without more ado, as a power of two, which perf wants. */
  private static int kib(RecordOptions options, boolean isRoot) throws IOException {
    if (options.kib() > 0 || isRoot) {
      return options.kib() > 0 ? options.kib() : DEFAULT_KIB;
    }
    return Integer.highestOneBit(Math.max(HEADER_KIB, Integer.parseInt(Files.readString(LOCKED_KIB).strip()) - HEADER_KIB));
  }

  private static List<String> line(String perf, RecordOptions options, int kib, ChosenEvents events) {
    List<String> line = new ArrayList<>(List.of(perf, "record", "-q", "-c", "1", "-m", kib + "K", "-o", options.file().toString()));
    for (String folder : events.folders()) {
      line.addAll(List.of("-e", folder.contains("/") ? folder.replace('/', ':') : folder + ":*"));
    }
    if (options.all()) {
      line.add("-a");
    }
    if (options.pid() > 0) {
      line.addAll(List.of("-p", String.valueOf(options.pid())));
    }
    if (!options.command().isEmpty()) {
      line.add("--");
      line.addAll(options.command());
    } else if (options.milliseconds() > 0) {
      line.addAll(List.of("--", "sleep", String.valueOf(options.milliseconds() / 1e3)));
    }
    return line;
  }

  /** Ends the recording soon, from another thread; what is recorded is kept. */
  public void stop() {
    stopped = true;
  }

  /** What would be done, in lines for a person. */
  public List<String> explain() {
    List<String> lines = new ArrayList<>(List.of("perf       " + String.join(" ", line)));
    if (!lacking.isEmpty()) {
      lines.add("lacking    " + String.join(" ", lacking));
    }
    return lines;
  }

  /**
   * Records.
   *
   * @return what perf ends with: the status of the command where there is one
   * @throws RecordException when there is no capture
   */
  public int record() throws RecordException {
    try {
      Files.deleteIfExists(options.file());
      Process perf = TracedProgram.asUserHasIt(new ProcessBuilder(line).inheritIO()).start();
      long begin = 0;
      while (!perf.waitFor(PERIOD_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        begin = begin == 0 && runsCommand(perf) ? System.nanoTime() : begin;
        boolean isTime = !options.command().isEmpty() && options.milliseconds() > 0 && begin != 0 && System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(options.milliseconds());
        if (stopped || isTime) {
          end(perf);
        }
      }
      if (!Files.isRegularFile(options.file()) || Files.size(options.file()) == 0) {
        String hint = isRoot ? "" : "; kernel.perf_event_paranoid is %s, and recording tracepoints needs -1 or CAP_PERFMON".formatted(Files.readString(PARANOID).strip());
        throw RecordException.refused("perf ends with status %d, and without a capture%s".formatted(perf.exitValue(), hint));
      }
      return perf.exitValue();
    } catch (IOException e) {
      throw RecordException.refused("recording fails: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw RecordException.refused("recording was interrupted");
    }
  }

  /** Whether perf, which opens its events first, has begun: its child is no perf any more. */
  private static boolean runsCommand(Process perf) {
    String own = perf.info().command().orElse("");
    return perf.children().anyMatch(child -> !child.info().command().orElse(own).equals(own));
  }

  /** SIGINT has perf end its command and write what it has. */
  private static void end(Process perf) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", String.valueOf(perf.pid())).inheritIO().start().waitFor();
    if (!perf.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      perf.destroy();
    }
  }
}
