package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One report of a kernel log under construction. */
final class ConsoleReportBuilder {
  private static final int MOST_LINES = 200;
  private static final int KEPT_LINES = 60;
  private static final int KEPT_BYTES = 200;
  private static final int MOST_FRAMES = 32;

  /** A second title so soon belongs to the first: {@code kernel BUG at …}, then {@code Oops: …}. */
  private static final int TITLE_LINES = 12;

  private long titleAt;
  private final List<String> lines = new ArrayList<>();
  private final List<String> frames = new ArrayList<>();
  private Kind kind = Kind.WARNING;
  private @Nullable String title;
  private @Nullable String function;
  private @Nullable String release;
  private String comm = "";
  private int pid = -1;
  private int cpu = -1;
  private int seen;
  private boolean inTrace;
  private boolean hasCpuLine;

  boolean hasTitle() {
    return title != null;
  }

  /** Whether a line that could begin a report of its own belongs to this one. */
  boolean takes(Kind next) {
    boolean continues = next == Kind.OOPS || next == Kind.WARNING || kind == Kind.WARNING && next == Kind.BUG && seen <= 1;
    return title == null || continues && !hasCpuLine && seen < TITLE_LINES;
  }

  /** Takes a line; false when that was the last. */
  boolean line(long at, @Nullable Kind of, ConsoleLine line) {
    String text = line.text(KEPT_BYTES);
    if (of != null && (title == null || kind == Kind.WARNING)) {
      kind = of;
    }
    if (title == null) {
      title = text;
      titleAt = at;
    }
    if (lines.size() < KEPT_LINES) {
      lines.add(text);
    }
    facts(text);
    return ++seen < MOST_LINES;
  }

  private void facts(String text) {
    if (text.startsWith("CPU: ")) {
      cpuLine(text);
    } else if (text.startsWith("WARNING: ")) {
      warned(text);
    } else if (text.startsWith("INFO: task ")) {
      hung(text);
    } else if (text.startsWith("RIP: ") || text.startsWith("pc : ") || text.startsWith("epc : ") || text.startsWith("NIP ")) {
      instruction(text);
    } else if (text.regionMatches(true, 0, "Call Trace:", 0, 11)) {
      inTrace = frames.isEmpty();
    } else if (inTrace) {
      frame(text.strip());
    }
  }

  /**
   * {@code CPU: 1 UID: 0 PID: 48 Comm: workload Tainted: G        W           7.2.13 #5 PREEMPT} (lib/dump_stack.c
   * dump_stack_print_info(); UID since 6.12).
   */
  private void cpuLine(String text) {
    int task = text.indexOf(" PID: ");
    int name = text.indexOf(" Comm: ");
    if (hasCpuLine || task < 0 || name < task) {
      return;
    }
    hasCpuLine = true;
    cpu = number(text, 5);
    pid = number(text, task + 6);
    int taint = Math.max(text.indexOf(" Tainted: ", name), text.indexOf(" Not tainted ", name));
    comm = text.substring(name + 7, taint < 0 ? text.length() : taint).strip();
    int build = text.lastIndexOf(" #");
    int space = build < 0 ? -1 : text.lastIndexOf(' ', build - 1);
    if (taint >= 0 && space > taint) {
      release = text.substring(space + 1, build);
    }
  }

  /**
   * {@code WARNING: lib/refcount.c:19 at refcount_warn_saturate+0x1/0x2, CPU#1: syz.3.20/6051} (kernel/panic.c __warn(), 6.18),
   * before that {@code WARNING: CPU: 1 PID: 6051 at lib/refcount.c:19 refcount_warn_saturate+0x1/0x2}.
   */
  private void warned(String text) {
    int where = text.indexOf("CPU#");
    int slash = text.lastIndexOf('/');
    int name = text.indexOf(": ", Math.max(where, 0));
    if (where > 0 && name > where && slash > name) {
      cpu = number(text, where + 4);
      comm = text.substring(name + 2, slash);
      pid = number(text, slash + 1);
    } else if (text.startsWith("CPU: ", 9)) {
      cpu = number(text, 14);
      pid = number(text, text.indexOf(" PID: ") + 6);
    }
  }

  /** {@code INFO: task workload:48 blocked for more than 122 seconds.} (kernel/hung_task.c hung_task_info()). */
  private void hung(String text) {
    int blocked = text.indexOf(" blocked ");
    int colon = blocked < 0 ? -1 : text.lastIndexOf(':', blocked);
    if (colon > 11) {
      comm = text.substring(11, colon);
      pid = number(text, colon + 1);
      inTrace = true;
    }
  }

  /** {@code RIP: 0010:folio_add_new_anon_rmap+0x99/0x100}: the first one, and none of user mode. */
  private void instruction(String text) {
    inTrace = false;
    int plus = text.indexOf('+');
    int before = Math.max(text.lastIndexOf(':', Math.max(plus, 0)), text.lastIndexOf(' ', Math.max(plus, 0)));
    if (function == null && plus > before && before > 0) {
      function = text.substring(before + 1, plus);
    }
  }

  /** {@code handle_mm_fault+0xbb/0x200}; a question mark before it says that the kernel is not sure. */
  private void frame(String text) {
    String symbol = text.startsWith("[<") && text.indexOf("] ") > 0 ? text.substring(text.indexOf("] ") + 2) : text;
    int plus = symbol.indexOf("+0x");
    if (plus > 0 && !symbol.startsWith("?") && symbol.lastIndexOf(' ', plus) < 0) {
      if (frames.size() < MOST_FRAMES) {
        frames.add(symbol.substring(0, plus));
      }
    } else if (!frames.isEmpty() && !symbol.startsWith("?") && !symbol.startsWith("<") && !symbol.startsWith("</")) {
      inTrace = false;
    }
  }

  private static int number(String text, int from) {
    int value = -1;
    for (int i = from; i >= 0 && i < text.length() && Character.isDigit(text.charAt(i)) && value < 100_000_000; i++) {
      value = Math.max(value, 0) * 10 + Character.digit(text.charAt(i), 10);
    }
    return value;
  }

  ConsoleReport report() {
    return new ConsoleReport(kind, String.valueOf(title), function, pid, comm, cpu, release, frames, titleAt, lines);
  }
}
