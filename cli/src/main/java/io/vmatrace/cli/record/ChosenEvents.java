package io.vmatrace.cli.record;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tracepoints that are recorded: those of the event rows that this kernel has. System calls are recorded by name and by number:
 * they tell which lock served a fault.
 *
 * @param folders below {@code events}: a group, or one event of it
 * @param lacking what the rows have and this kernel has not
 */
record ChosenEvents(List<String> folders, List<String> lacking) {
  /** Without these no rule can be checked. */
  private static final String LEAST = "mmap_lock";

  /** The borders of all system calls. */
  private static final List<String> ALL_CALLS = List.of("raw_syscalls/sys_enter", "raw_syscalls/sys_exit");

  /** Those of this kernel. */
  static ChosenEvents of(Tracefs tracefs) throws RecordException {
    Path events = tracefs.root().resolve("events");
    List<String> there = new ArrayList<>();
    List<String> lacking = new ArrayList<>();
    for (String folder : wanted()) {
      (Files.exists(events.resolve(folder).resolve("enable")) ? there : lacking).add(folder);
    }
    if (!there.contains(LEAST)) {
      throw RecordException.refused("this kernel has no events %s (they came with 5.11, in kernels with CONFIG_TRACEPOINTS): without them no rule can be checked".formatted(LEAST));
    }
    lacking.removeIf(folder -> folder.startsWith("syscalls/") && there.contains(ALL_CALLS.getFirst()));
    return new ChosenEvents(List.copyOf(there), List.copyOf(lacking));
  }

  /** What is recorded on a kernel that has everything, each once. */
  static Set<String> wanted() {
    Set<String> wanted = new LinkedHashSet<>();
    for (EventKind kind : EventKinds.all()) {
      switch (kind.source()) {
        case TRACEPOINT -> {
          if (!kind.isOnDemand() && !kind.folder().isEmpty()) {
            wanted.add(kind.folder());
          }
        }
        case SYSCALL_ENTER, SYSCALL_EXIT -> {
          if (!kind.kernelName().isEmpty()) {
            wanted.add("syscalls/" + kind.eventName());
          }
        }
        case PROBE_ENTRY, PROBE_RETURN, EVENT_PROBE, MARKER -> {}
      }
    }
    wanted.addAll(ALL_CALLS);
    return wanted;
  }

  /** Switches them on, and the probes. */
  void enable(TraceInstance instance, ProbeSet probes) throws IOException {
    for (String group : probes.folders()) {
      instance.set("events/" + group + "/enable", "1");
    }
    for (String folder : folders) {
      instance.set("events/" + folder + "/enable", "1");
    }
  }

  /** The folders of single events, relative to {@code events}, of which the pages need the formats. */
  List<Path> formats(Path events, ProbeSet probes) throws IOException {
    List<Path> formats = new ArrayList<>();
    List<String> all = new ArrayList<>(List.of("ftrace"));
    all.addAll(folders);
    all.addAll(probes.folders());
    for (String folder : all) {
      try (Stream<Path> files = Files.find(events.resolve(folder), 2, (file, _) -> file.endsWith("format"))) {
        files.sorted().map(events::relativize).forEach(formats::add);
      }
    }
    return formats;
  }
}
