package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the kernel's own reports in the lines of its log, one line after the other. */
final class KernelReports {
  /** The most reports that are kept; a dying machine repeats itself. */
  private static final int MOST_REPORTS = 100;

  private static final byte[] CUT_HERE = ConsoleLine.ascii("------------[ cut here ]------------");
  private static final byte[] END_TRACE = ConsoleLine.ascii("---[ end trace");

  /**
   * How the first lines begin: lib/bug.c report_bug(), kernel/panic.c __warn() and panic(), arch/x86/kernel/dumpstack.c
   * __die_header(), arch/x86/mm/fault.c show_fault_oops(), arch/arm64/mm/fault.c die_kernel_fault(), mm/kasan/report.c
   * print_error_description(), lib/refcount.c, kernel/locking/lockdep.c, kernel/hung_task.c, kernel/rcu/tree_stall.h,
   * kernel/watchdog.c.
   */
  private static final Map<Kind, List<byte[]>> TITLES = titles();

  private final List<ConsoleReportBuilder> reports = new ArrayList<>();
  private @Nullable ConsoleReportBuilder open;

  /** Whether a line may be the first of a report. */
  static boolean isTitle(ConsoleLine text) {
    return text.starts(CUT_HERE) || kind(text) != null;
  }

  /** Takes the next line of the log. */
  void line(long line, ConsoleLine text) {
    if (text.starts(END_TRACE)) {
      open = null;
      return;
    }
    Kind kind = kind(text);
    boolean cutHere = text.starts(CUT_HERE);
    ConsoleReportBuilder current = open;
    if (current != null && !cutHere && (kind == null || current.takes(kind))) {
      if (!current.line(line, kind, text)) {
        open = null;
      }
    } else if (cutHere || kind != null) {
      begin(line, kind, text);
    }
  }

  private void begin(long line, @Nullable Kind kind, ConsoleLine text) {
    open = null;
    if (reports.size() < MOST_REPORTS) {
      ConsoleReportBuilder report = new ConsoleReportBuilder();
      if (kind != null) {
        report.line(line, kind, text);
      }
      reports.add(report);
      open = report;
    }
  }

  /** All reports so far, in the log's order. */
  List<ConsoleReport> all() {
    return reports.stream().filter(ConsoleReportBuilder::hasTitle).map(ConsoleReportBuilder::report).toList();
  }

  /**
   * The report that is being printed, when it says that a task died inside handle_mm_fault(), in folio_add_new_anon_rmap(): every caller
   * (mm/memory.c do_anonymous_page(), wp_page_copy(), do_swap_page(), set_pte_range(), 6.8 on) holds the page-table lock there, and
   * the lock of the fault; a task that has released the latter returns at once.
   */
  @Nullable ConsoleReport deathInFault() {
    if (open == null || !open.hasTitle()) {
      return null;
    }
    ConsoleReport report = open.report();
    boolean died = report.kind() == Kind.BUG || report.kind() == Kind.OOPS;
    boolean known = report.pid() > 0 && report.cpu() >= 0;
    boolean adding = "folio_add_new_anon_rmap".equals(report.function()) && report.frames().contains("handle_mm_fault");
    return died && known && adding ? report : null;
  }

  private static @Nullable Kind kind(ConsoleLine text) {
    for (Map.Entry<Kind, List<byte[]>> of : TITLES.entrySet()) {
      for (byte[] title : of.getValue()) {
        if (text.starts(title)) {
          return of.getKey();
        }
      }
    }
    return null;
  }

  private static Map<Kind, List<byte[]>> titles() {
    Map<Kind, List<byte[]>> titles = new EnumMap<>(Kind.class);
    titles.put(Kind.BUG, starts("kernel BUG at ", "BUG: "));
    titles.put(Kind.OOPS, starts("Oops: ", "Unable to handle kernel ", "Internal error: ", "general protection fault"));
    titles.put(Kind.WARNING, starts("WARNING: ", "refcount_t: "));
    titles.put(Kind.HUNG_TASK, starts("INFO: task "));
    titles.put(Kind.STALL, starts("rcu: INFO: rcu_", "INFO: rcu_", "watchdog: BUG: ", "watchdog: Watchdog detected"));
    titles.put(Kind.PANIC, starts("Kernel panic - not syncing"));
    return titles;
  }

  private static List<byte[]> starts(String... words) {
    return Arrays.stream(words).map(ConsoleLine::ascii).toList();
  }
}
