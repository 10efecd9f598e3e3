package io.vmatrace.cli.record;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One recording, from the instance that it makes to the file that it becomes. */
public final class Recorder {
  private static final int PERIOD_MILLISECONDS = 50;
  private static final int LOOK_MILLISECONDS = 1_000;

  /** A command that is told to end has so long for it. */
  private static final int PATIENCE_SECONDS = 5;

  private static final long LEAST_KIB = 8 << 10;
  private static final long MOST_KIB = 64 << 10;

  /** The part of the free memory that the buffers of all CPUs take at most. */
  private static final int PART_OF_MEMORY = 8;

  private final Tracefs tracefs;
  private final RecordOptions options;
  private final String version;
  private final @Nullable Consumer<Capture> along;
  private volatile boolean stopped;

  /**
   * A recording to come.
   *
   * @param version of this program
   * @param along reads the pages as they are recorded, in a thread of its own; null for nobody
   */
  public Recorder(Tracefs tracefs, RecordOptions options, String version, @Nullable Consumer<Capture> along) {
    this.along = along;
    this.tracefs = tracefs;
    this.options = options;
    this.version = version;
  }

  /** Ends the recording soon, from another thread; what is recorded is kept. */
  public void stop() {
    stopped = true;
  }

  /**
   * Records.
   *
   * @throws RecordException when it cannot: nothing of it is left then, but what the message says
   */
  public Recorded record() throws RecordException {
    if (!options.command().isEmpty()) {
      TracedProgram.check(options.command());
    }
    ChosenEvents events = ChosenEvents.of(tracefs);
    ProbeSet probes = probes();
    Path place = TraceInstance.place(tracefs);
    Path pages = PagesFolder.place(options.file());
    Watcher watcher = Watcher.start(tracefs, place, pages, ProbeSet.group());
    try (SetUp setUp = new SetUp(probes, watcher)) {
      TraceInstance instance = setUp.instance(place);
      PagesFolder folder = setUp.folder(tracefs, pages);
      probes.define();
      return record(events, probes, instance, folder, watcher);
    } catch (IOException e) {
      throw RecordException.refused("recording fails: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RecordException.refused("recording was interrupted");
    }
  }

  private ProbeSet probes() throws RecordException {
    try {
      return ProbeSet.plan(tracefs, options.level());
    } catch (IOException e) {
      throw RecordException.refused("this kernel's functions cannot be read: " + e.getMessage());
    }
  }

  /** What would be done, in lines for a person. */
  public List<String> explain() throws RecordException {
    ChosenEvents events = ChosenEvents.of(tracefs);
    ProbeSet probes = probes();
    List<String> lines = new ArrayList<>();
    lines.add("instance   %s/instances/vmatrace.PID, removed at the end; a shell watches and removes it after a SIGKILL".formatted(tracefs.root()));
    lines.add("clock      mono; pages go by splice(2) into FILE.PID.pages, which becomes %s (trace.dat, version 7)".formatted(options.file()));
    lines.add("tasks      " + tasks());
    lines.add("events     " + String.join(" ", events.folders()));
    if (!events.lacking().isEmpty()) {
      lines.add("lacking    " + String.join(" ", events.lacking()));
    }
    lines.add("probes     " + probes.expected());
    probes.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  private String tasks() {
    if (options.pid() > 0) {
      return "process %d, with its threads and their children".formatted(options.pid());
    }
    return options.all() ? "all" : "%s, with its threads and children".formatted(String.join(" ", options.command()));
  }

  private Recorded record(ChosenEvents events, ProbeSet probes, TraceInstance instance, PagesFolder folder, Watcher watcher) throws IOException, InterruptedException, RecordException {
    List<Integer> cpus = instance.cpus();
    int kib = instance.prepare(options.kib() > 0 ? options.kib() : kib(cpus.size()));
    instance.followForks();
    events.enable(instance, probes);
    folder.describe(events, probes, instance);
    PageMovers movers = new PageMovers(instance, folder.path(), folder.counting(), along != null);
    BufferLosses losses = new BufferLosses(instance, cpus);
    @Nullable Thread reader = null;
    int status;
    long milliseconds;
    try {
      movers.start(cpus);
      reader = readAlong(folder, movers);
      long begin = System.nanoTime();
      status = runs(instance, movers, losses, begin);
      milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      instance.set("tracing_on", "0");
    } finally {
      movers.finish(); // as long as they read the instance cannot be removed
    }
    if (reader != null) {
      reader.join();
    }
    losses.look(milliseconds);
    if (movers.failure() == null) {
      losses.compare(movers);
    }
    String level = probes.level(options.level());
    List<String> facts = new ArrayList<>(List.of("recorded: " + level, "buffers: %d KiB for each CPU".formatted(kib)));
    losses.lines().forEach(lost -> facts.add("losses: " + lost));
    String kept = keep(folder, movers, instance, facts, watcher);
    long moved = cpus.stream().mapToLong(movers::events).sum();
    return new Recorded(kept, kept.equals(options.file().toString()), milliseconds, moved, losses.lines(), losses.isRoomShort(), status, kib, events.lacking(), level);
  }

  private @Nullable Thread readAlong(PagesFolder folder, PageMovers movers) throws IOException, RecordException {
    Consumer<Capture> reading = along;
    if (reading == null) {
      return null;
    }
    try {
      Capture pages = TracePages.growing(folder.path(), movers, EventNames.BUILT_IN);
      return Thread.ofPlatform().name("live").start(() -> reading.accept(pages));
    } catch (CaptureException e) {
      throw RecordException.refused("what is recorded cannot be read along: " + e.getMessage());
    }
  }

  /** Makes one file of what was recorded; or, where there is no room for it, says where it is. */
  private String keep(PagesFolder folder, PageMovers movers, TraceInstance instance, List<String> facts, Watcher watcher) throws RecordException {
    IOException failure = movers.failure();
    try {
      if (failure == null) {
        List<Integer> cpus = instance.cpus();
        folder.complete(instance, cpus, facts);
        folder.becomes(options.file(), movers.frames(), cpus.size(), "vmatrace " + version);
        watcher.hasFile();
        folder.remove();
        return options.file().toString();
      }
    } catch (IOException e) {
      failure = e;
    }
    if (!folder.isThere()) {
      throw RecordException.refused("somebody has removed %s, and what was recorded with it".formatted(folder.path()));
    }
    return folder.path() + ": " + failure.getMessage();
  }

  /** As much as the free memory allows. */
  private static int kib(int cpus) throws IOException {
    long free =
        Tracefs.read(Path.of("/proc/meminfo"))
            .lines()
            .filter(line -> line.startsWith("MemAvailable:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0);
    return (int) Math.clamp(free / PART_OF_MEMORY / Math.max(1, cpus), LEAST_KIB, MOST_KIB);
  }

  /** Runs what is to be recorded until it ends; how the command ended, or 0. */
  private int runs(TraceInstance instance, PageMovers movers, BufferLosses losses, long begin) throws IOException, InterruptedException, RecordException {
    if (options.all()) {
      leaveOutOurselves(instance);
      instance.set("tracing_on", "1");
    } else if (options.pid() > 0) {
      instance.set("set_event_pid", threads(options.pid()));
      instance.set("tracing_on", "1");
    }
    @Nullable Process program = options.command().isEmpty() ? null : TracedProgram.start(instance, options.command(), options.all());
    long nextLook = LOOK_MILLISECONDS;
    while (!stopped && movers.failure() == null) {
      long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (options.milliseconds() > 0 && now >= options.milliseconds() || options.pid() > 0 && !isThere(options.pid())) {
        break;
      }
      if (now >= nextLook) {
        losses.look(now);
        nextLook = now + LOOK_MILLISECONDS;
      }
      if (program == null) {
        Thread.sleep(PERIOD_MILLISECONDS);
      } else if (program.waitFor(PERIOD_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        return program.exitValue();
      }
    }
    return program == null ? 0 : end(program);
  }

  private static int end(Process program) throws InterruptedException {
    program.destroy();
    return program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? program.exitValue() : -1;
  }

  /** What this process does is not what the user wants to see. */
  private static void leaveOutOurselves(TraceInstance instance) throws IOException {
    if (instance.has("set_event_notrace_pid")) {
      instance.set("set_event_notrace_pid", threads(ProcessHandle.current().pid()));
    }
  }

  private static boolean isThere(long pid) {
    return Files.isDirectory(Path.of("/proc/" + pid));
  }

  /** The threads of a process, as tracefs takes them. */
  private static String threads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/%d/task".formatted(pid)))) {
      return tasks.map(task -> String.valueOf(task.getFileName())).collect(Collectors.joining(" "));
    }
  }
}
