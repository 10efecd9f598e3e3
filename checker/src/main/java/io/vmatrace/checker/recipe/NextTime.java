package io.vmatrace.checker.recipe;

import io.vmatrace.checker.evidence.KernelGuess;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What to do differently, in one line, after a capture that no rule could use. */
public final class NextTime {
  private static final String EVENTS = "the events mmap_lock, exceptions, maple_tree and the probes of docs/CAPTURE.md";

  /** What a rule needs at the least, by their folders. */
  private static final List<String> LEAST = List.of("mmap_lock", "exceptions", "maple_tree");

  private NextTime() {}

  /**
   * After a kernel log without an event.
   *
   * @param torn whether it has lines of a dump that cannot be read
   */
  public static String afterLog(KernelLog log, boolean torn) {
    if (torn) {
      return "no line of the log's dump of the trace is whole: other output got between, or printk dropped messages;"
          + " for the next time: a faster console, a smaller buffer_size_kb, or kdump";
    }
    if (log.emptyDump()) {
      return "the log has a dump of the trace, and it is empty: no event was switched on, or tracing_on was 0; for the next time: switch on " + EVENTS
          + ", and see that tracing_on is 1";
    }
    Set<String> sysctls = new LinkedHashSet<>(List.of("kernel.ftrace_dump_on_oops=1"));
    boolean lives = false;
    for (ConsoleReport report : log.reports()) {
      String panics = panics(report, report.release() == null ? log.release() : report.release());
      lives |= panics.isEmpty() || report.kind() == ConsoleReport.Kind.HUNG_TASK || report.kind() == ConsoleReport.Kind.STALL;
      if (!panics.isEmpty() && !panics.equals(DIES)) {
        sysctls.add(panics);
      }
    }
    String living = lives ? "; on a machine that still lives, echo z > /proc/sysrq-trigger dumps the trace into the log right after the report" : "";
    boolean uninitialized = log.reports().stream().anyMatch(report -> report.title().startsWith(KMSAN));
    String boot = uninitialized ? "; to end the kernel at a report of KMSAN, boot it with kmsan.panic=1" : "";
    String has = log.reports().isEmpty() ? "the log has neither a dump of the trace nor a report of the kernel" : "the log has no dump of the trace";
    return "%s; for the next time: sysctl %s, and switch on %s%s%s".formatted(has, String.join(" ", sysctls), EVENTS, boot, living);
  }

  /** The report ends the kernel by itself. */
  private static final String DIES = "dies";

  /**
   * The sysctl that makes the kernel panic at such a report, so that it dumps the trace (kernel/trace/trace.c trace_die_panic_handler());
   * empty where there is none.
   */
  private static String panics(ConsoleReport report, @Nullable String release) {
    String title = report.title();
    return switch (report.kind()) {
      case OOPS, PANIC -> DIES;
      case HUNG_TASK -> "kernel.hung_task_panic=1"; // kernel/hung_task.c check_hung_task(): no warning, so not panic_on_warn
      case STALL -> stall(title);
      case BUG -> bug(title, release);
      case WARNING -> title.startsWith("refcount_t: ") || title.contains(" at ") || title.startsWith("UBSAN: ") ? "kernel.panic_on_warn=1" : "";
    };
  }

  private static String stall(String title) {
    if (title.contains("soft lockup")) {
      return "kernel.softlockup_panic=1";
    }
    return title.contains("LOCKUP") ? "kernel.hardlockup_panic=1" : "kernel.panic_on_rcu_stall=1";
  }

  /** KMSAN obeys its parameter only, which is read when the kernel boots: mm/kmsan/report.c kmsan_report(), panic_on_kmsan. */
  private static final String KMSAN = "BUG: KMSAN: ";

  private static String bug(String title, @Nullable String release) {
    if (title.startsWith("BUG vm_area_struct") || title.startsWith("BUG maple_node") || title.startsWith("BUG mm_struct")) {
      return release == null || KernelGuess.isBefore(release, 60_015, 0) ? "" : "kernel.panic_on_warn=1"; // mm/slub.c object_err(): WARN_ON(1), 6.15
    }
    if (title.startsWith("kernel BUG at ") || title.regionMatches(true, 0, "BUG: unable to handle ", 0, 22) || title.contains("NULL pointer dereference")) {
      return DIES;
    }
    return title.startsWith("BUG: K") && !title.startsWith(KMSAN) || title.startsWith("BUG: scheduling while atomic") ? "kernel.panic_on_warn=1" : "";
  }

  /**
   * After a capture whose events no rule can use: what it lacks, and nothing that it has.
   *
   * @param sampled the events of which perf took samples only and how often, separated by commas; null when there are none
   */
  public static String afterCapture(Recorded recorded, @Nullable String sampled) {
    if (sampled != null) {
      List<String> events = List.of(sampled.split(", ", -1));
      return "perf took samples only of %s%s, so that what is missing proves nothing: record without -F and -c, which is every occurrence"
          .formatted(events.getFirst(), events.size() == 1 ? "" : " and of %d more events".formatted(events.size() - 1));
    }
    if (!recorded.filtered().isEmpty()) {
      return "nothing here that a rule could use: the recording had a filter (--filter), which left out what the rules look at; record without it";
    }
    List<String> lacking = LEAST.stream().filter(folder -> !saw(recorded, folder)).map(folder -> folder + ":*").toList();
    List<String> says = new ArrayList<>();
    if (!lacking.contains("mmap_lock:*") && !recorded.ops().contains(Op.MMAP_WRITE_LOCK)) {
      says.add("no task takes the mmap_lock for writing");
    }
    if (recorded.ops().contains(Op.MMAP_WRITE_LOCK) && !recorded.ops().contains(Op.MMAP_READ_LOCK)) {
      says.add("no task takes the mmap_lock for reading, as if a filter left that out");
    }
    if (lacking.isEmpty()) {
      says.add("record for longer, while the program maps, unmaps and faults");
    } else {
      says.add("record %s %s".formatted(says.isEmpty() && lacking.size() == LEAST.size() ? "at least" : "also", and(lacking)));
    }
    return "nothing here that a rule could use: " + String.join("; ", says);
  }

  /** After a text of which no line names a task and the fields of an event: kernel/trace/trace.c print_trace_line() leaves them out by request. */
  public static String afterLinesWithoutFields() {
    return "no line has a task and an event with its fields: ftrace leaves them out with the trace options raw, hex, bin and nocontext-info;"
        + " for the next time: echo 0 into options/raw, options/hex and options/bin, and 1 into options/context-info";
  }

  private static boolean saw(Recorded recorded, String folder) {
    return EventKinds.all().stream()
        .filter(kind -> kind.source() == EventKind.Source.TRACEPOINT && kind.folder().startsWith(folder))
        .anyMatch(recorded.witness()::saw);
  }

  private static String and(List<String> words) {
    int last = words.size() - 1;
    return last == 0 ? words.getFirst() : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
  }
}
