package io.vmatrace.cli.record;

import io.vmatrace.checker.evidence.KernelGuess;
import io.vmatrace.parser.event.Generation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The probes of one recording, in a group of its own, so that nobody else's are touched: which this kernel takes is tried, line by line. */
final class ProbeSet {
  private static final Path SYMBOLS = Path.of("/proc/kallsyms");
  private static final String NO_PROBES = "this kernel has neither kprobe nor fprobe events (CONFIG_KPROBE_EVENTS, CONFIG_FPROBE_EVENTS)";

  private final Path definitions;
  private final String group;
  private final List<String> lines;
  private final String lack;
  private final List<String> refused = new ArrayList<>();
  private final List<String> defined = new ArrayList<>();

  private ProbeSet(Path definitions, String group, List<String> lines, String lack) {
    this.definitions = definitions;
    this.group = group;
    this.lines = lines;
    this.lack = lack;
  }

  /** Those that are to be tried; none is defined yet. */
  static ProbeSet plan(Tracefs tracefs, RecordLevel level) throws IOException {
    String group = group();
    Path definitions = tracefs.root().resolve("dynamic_events");
    @Nullable Generation design = design();
    if (level == RecordLevel.E0) {
      return new ProbeSet(definitions, group, List.of(), "");
    }
    if (design == null || design == Generation.MMAP_LOCK) {
      return new ProbeSet(definitions, group, List.of(), "this kernel's VMA lock is not known, or it has none");
    }
    Map<String, Integer> places = StructMembers.of(ProbeLines.structs());
    if (canProbe(tracefs.root())) {
      Map<Boolean, List<String>> lines = ProbeLines.of(design, level, group).stream().collect(Collectors.partitioningBy(line -> ProbeLines.isAstray(line, design, places)));
      ProbeSet probes = new ProbeSet(definitions, group, List.copyOf(lines.getOrDefault(false, List.of())), "");
      lines.getOrDefault(true, List.of()).forEach(line -> probes.refused.add(probes.name(line)));
      return probes;
    }
    boolean atEvents = level == RecordLevel.E2 && design != Generation.RWSEM && Tracefs.read(tracefs.root().resolve("README")).contains("e[:[");
    return new ProbeSet(definitions, group, atEvents ? ProbeLines.atEvents(places, group) : List.of(), NO_PROBES);
  }

  /** The group of our events, which nobody else has. */
  static String group() {
    return "vmatrace_" + ProcessHandle.current().pid();
  }

  /** By the functions that it has: releases are patched. */
  private static @Nullable Generation design() throws IOException {
    Set<String> functions;
    try (Stream<String> symbols = Files.lines(SYMBOLS, StandardCharsets.ISO_8859_1)) {
      functions = symbols.map(symbol -> symbol.substring(symbol.lastIndexOf(' ') + 1)).filter(name -> name.contains("vma_")).collect(Collectors.toSet());
    }
    return KernelGuess.of(Tracefs.read(Path.of("/proc/sys/kernel/osrelease")).strip(), functions);
  }

  private static boolean canProbe(Path tracing) throws IOException {
    return Files.exists(tracing.resolve("kprobe_events")) || Tracefs.read(tracing.resolve("README")).contains("f[:[");
  }

  /** The lines that will be tried. */
  List<String> lines() {
    return lines;
  }

  /** Defines them; what the kernel refuses is noted. */
  void define() {
    for (String line : lines) {
      try {
        Tracefs.write(definitions, line + "\n");
        defined.add(ProbeLines.event(line));
      } catch (IOException _) {
        refused.add(name(line));
      }
    }
  }

  private String name(String line) {
    return ProbeLines.event(line).substring(group.length() + 1);
  }

  /** The folders of their events. */
  List<String> folders() {
    return defined.isEmpty() ? List.of() : List.of(group);
  }

  /** Removes them; no instance uses them any more. */
  void remove() throws IOException {
    for (String event : defined) {
      Tracefs.write(definitions, "-:" + event + "\n");
    }
    defined.clear();
  }

  /** How many will be tried, or why none. */
  String expected() {
    return lack.isEmpty() || !lines.isEmpty() ? "%d to try, of which the kernel takes those that it can".formatted(lines.size()) : "none: " + lack;
  }

  /** What level that is, and why it is no higher. */
  String level(RecordLevel wanted) {
    if (defined.isEmpty()) {
      String why = !lack.isEmpty() ? lack : lines.isEmpty() ? "no more was asked for" : "this kernel refuses every probe";
      return "level E0: " + why;
    }
    String all =
        lack.isEmpty()
            ? "level %s: tracepoints and %d probes".formatted(wanted, defined.size())
            : "level E2 at tree stores and write locks only: tracepoints and %d event probes; %s".formatted(defined.size(), lack);
    return refused.isEmpty() ? all : "%s; this kernel refuses those of %s".formatted(all, String.join(", ", refused));
  }
}
