package io.vmatrace.parser.ftrace;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which task, CPU and kernel the lines of a report name. */
final class ReportTask {
  private static final String CPU = "CPU: ";
  private static final String HUNG = "INFO: task ";
  private static final String WARNING = "WARNING: ";
  private static final String HARD_LOCKUP = "Watchdog detected hard LOCKUP on cpu ";

  /** {@code at include/linux/rwsem.h:203} and {@code at include/linux/rwsem.h:203 vma_start_write}: there is an offset, or a place in the source, behind the function. */
  private static final Pattern WITHOUT_OFFSET = Pattern.compile(" at \\S+\\.[chS]:\\d+(?: [\\w.]+)?$");

  private @Nullable String release;
  private String comm = "";
  private int pid = -1;
  private int cpu = -1;
  private boolean hasCpuLine;

  /** Whether what follows is of other tasks, or of the one that reports. */
  private boolean ofOthers;

  int pid() {
    return pid;
  }

  String comm() {
    return comm;
  }

  int cpu() {
    return cpu;
  }

  @Nullable String release() {
    return release;
  }

  boolean hasCpuLine() {
    return hasCpuLine;
  }

  /** Whether a line says less than the kernel prints there: a mail has cut it. */
  static boolean isIncomplete(String text) {
    if (text.startsWith(CPU)) {
      return text.contains(" PID: ") && !text.contains(" #");
    }
    if (text.startsWith(HUNG)) {
      return !text.contains(" seconds");
    }
    if (text.isBlank() || text.charAt(0) == ' ') {
      return text.strip().equals("Not tainted") || text.strip().startsWith("Tainted: ") && !text.contains(" #");
    }
    boolean assertion = text.startsWith(WARNING) && (text.endsWith(" at") || text.endsWith(",") || WITHOUT_OFFSET.matcher(text).find());
    return assertion || text.startsWith("BUG: ") && text.endsWith(" in");
  }

  /** Takes the next line of the report. */
  void line(String text) {
    ofOthers |= text.startsWith(HUNG) || text.startsWith("Showing all locks held in the system") || text.startsWith("NMI backtrace for cpu ");
    if (text.startsWith(CPU)) {
      cpuLine(text);
    } else if (text.startsWith(WARNING)) {
      warned(text);
    } else if (text.startsWith(HUNG)) {
      hung(text);
    } else if (text.startsWith("watchdog: BUG: soft lockup - CPU#")) {
      stuck(text);
    } else if (text.contains(HARD_LOCKUP) && cpu < 0) {
      cpu = number(text, text.indexOf(HARD_LOCKUP) + HARD_LOCKUP.length());
    } else if (release == null) {
      tainted(text);
    }
    int lock = text.indexOf(" is trying to ");
    if (lock > 0 && pid < 0) {
      slashed(text.substring(0, lock));
    }
  }

  /**
   * {@code CPU: 1 UID: 0 PID: 48 Comm: workload Kdump: loaded Tainted: G        W           7.2.13 #5 PREEMPT} (lib/dump_stack.c
   * dump_stack_print_info(); UID since 6.12). Of a hung task it is khungtaskd's (kernel/hung_task.c check_hung_uninterruptible_tasks():
   * debug_show_all_locks(), trigger_all_cpu_backtrace()); of a stall that names no task it is the stalled one's.
   */
  private void cpuLine(String text) {
    int task = text.indexOf(" PID: ");
    int name = text.indexOf(" Comm: ");
    if (hasCpuLine && release != null || task < 0 || name < task || hasCpuLine && number(text, task + 6) != pid) {
      return;
    }
    int begin = name + " Comm: ".length();
    int taint = Math.max(text.indexOf(" Tainted: ", begin), text.indexOf(" Not tainted", begin));
    int kdump = text.indexOf(" Kdump: ", begin);
    int end = kdump > 0 ? kdump : taint;
    if (taint >= 0) {
      releaseAfter(text, taint);
    }
    if (!ofOthers || pid < 0) {
      hasCpuLine = true;
      cpu = number(text, CPU.length());
      pid = number(text, task + 6);
      comm = text.substring(begin, end < 0 ? text.length() : end).strip();
    }
  }

  /** {@code       Not tainted 6.15.0-box #0} under a hung task, {@code 6.9.0-box #1 Not tainted} under a title of lockdep. */
  private void tainted(String text) {
    String line = text.strip();
    if (line.startsWith("Not tainted ") || line.startsWith("Tainted: ")) {
      releaseAfter(line, 0);
    } else if (line.endsWith(" Not tainted") || line.contains(" Tainted: ")) {
      int space = line.indexOf(' ');
      release = line.startsWith(" #", space) && Character.isDigit(line.charAt(0)) ? line.substring(0, space) : release;
    }
  }

  /** The word before the build's number. */
  private void releaseAfter(String text, int from) {
    int build = text.lastIndexOf(" #");
    int space = build < 0 ? -1 : text.lastIndexOf(' ', build - 1);
    if (space > from && space + 1 < build) {
      release = text.substring(space + 1, build);
    }
  }

  /**
   * {@code WARNING: lib/refcount.c:19 at refcount_warn_saturate+0x1/0x2, CPU#1: syz.3.20/6051} (kernel/panic.c __warn(), 6.18),
   * before that {@code WARNING: CPU: 1 PID: 6051 at lib/refcount.c:19 refcount_warn_saturate+0x1/0x2}.
   */
  private void warned(String text) {
    int where = text.indexOf("CPU#");
    int name = text.indexOf(": ", Math.max(where, 0));
    if (where > 0 && name > where && text.indexOf('/', name) > 0) {
      cpu = number(text, where + 4);
      slashed(text.substring(name + 2));
    } else if (text.startsWith(CPU, WARNING.length())) {
      cpu = number(text, WARNING.length() + CPU.length());
      pid = number(text, text.indexOf(" PID: ") + 6);
    }
  }

  /** {@code INFO: task workload:48 blocked for more than 122 seconds.} (kernel/hung_task.c hung_task_info()). */
  private void hung(String text) {
    int blocked = text.indexOf(" blocked ");
    int colon = blocked < 0 ? -1 : text.lastIndexOf(':', blocked);
    if (colon > HUNG.length() && pid < 0) {
      comm = text.substring(HUNG.length(), colon);
      pid = number(text, colon + 1);
    }
  }

  /** {@code watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [workload:48]} (kernel/watchdog.c watchdog_timer_fn()). */
  private void stuck(String text) {
    int open = text.indexOf('[');
    int colon = text.lastIndexOf(':');
    cpu = number(text, text.indexOf('#') + 1);
    if (open > 0 && colon > open) {
      comm = text.substring(open + 1, colon);
      pid = number(text, colon + 1);
    }
  }

  /** {@code workload/48}; the name may have slashes itself. */
  private void slashed(String text) {
    int slash = text.lastIndexOf('/');
    int number = slash < 0 ? -1 : number(text, slash + 1);
    if (number >= 0) {
      comm = text.substring(0, slash);
      pid = number;
    }
  }

  private static int number(String text, int from) {
    int value = -1;
    for (int i = from; i >= 0 && i < text.length() && Character.isDigit(text.charAt(i)) && value < 100_000_000; i++) {
      value = Math.max(value, 0) * 10 + Character.digit(text.charAt(i), 10);
    }
    return value;
  }
}
