package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the first lines of the kernel's reports begin: lib/bug.c report_bug(), kernel/panic.c __warn() and panic(), arch/x86/kernel/dumpstack.c
 * __die_header() and its like, arch/x86/mm/fault.c show_fault_oops(), arch/arm64/mm/fault.c die_kernel_fault(), mm/kasan/report.c
 * print_error_description() and kasan_non_canonical_hook(), mm/kfence/report.c, mm/slub.c slab_bug(), lib/refcount.c, kernel/locking/lockdep.c, kernel/hung_task.c,
 * kernel/rcu/tree_stall.h, kernel/watchdog.c.
 */
final class ReportTitles {
  private static final byte[] CUT_HERE = ConsoleLine.ascii("------------[ cut here ]------------");

  private static final Map<Kind, List<byte[]>> TITLES = titles();

  /** Titles that nothing but a kernel prints. */
  private static final List<byte[]> SURE =
      starts("kernel BUG at ", "BUG: KASAN: ", "BUG: KFENCE: ", "BUG: KCSAN: ", "BUG: KMSAN: ", "BUG: unable to handle ", "BUG: kernel NULL pointer ",
          "BUG: Kernel NULL pointer ", "BUG: sleeping function called ", "BUG vm_area_struct", "refcount_t: ", "Unable to handle kernel ",
          "general protection fault", "Oops: general protection fault", "Oops: Oops: ", "KASAN: null-ptr-deref in range ", "KASAN: maybe wild-memory-access in range ",
          "KASAN: probably user-memory-access in range ", "Internal error: Oops", "rcu: INFO: rcu_", "watchdog: BUG: ", "watchdog: Watchdog detected", "Kernel panic - not syncing",
          "WARNING: possible circular locking ", "WARNING: possible recursive locking ", "WARNING: bad unlock balance ", "WARNING: suspicious RCU usage",
          "WARNING: CPU: ");

  /** What stands around a report, and hardly anywhere else. */
  private static final List<byte[]> AROUND =
      starts("CPU: ", "Call Trace:", "Call trace:", "RIP: ", "pc : ", "NIP [", "Modules linked in:", "Hardware name:", "      Not tainted ", "      Tainted: ",
          "task:", "stack backtrace:", "---[ end trace", "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\"");

  private static final List<byte[]> WATCHDOGS = starts("watchdog: ", "NMI watchdog: ");
  private static final byte[] HARD_LOCKUP = ConsoleLine.ascii("Watchdog detected hard LOCKUP on cpu ");

  private static final byte[] TASK = ConsoleLine.ascii("INFO: task ");
  private static final byte[] BLOCKED = ConsoleLine.ascii(" blocked for more than ");
  private static final byte[] BLOCKED_ON = ConsoleLine.ascii(" blocked on ");
  private static final byte[] OFFSET = ConsoleLine.ascii("+0x");
  private static final byte[] SIZE = ConsoleLine.ascii("/0x");
  private static final byte[] TAINTED = ConsoleLine.ascii("ainted");

  /** The longest line that can be one of die(), {@code NAME: CODE [#1] …}. */
  private static final int MOST_DIE = 200;

  /** Longest {@code [#99}. */
  private static final int MOST_COUNTER = 5;

  /** What die() prints without a number: arch/riscv/kernel/traps.c, arch/loongarch/kernel/traps.c (6.12). */
  private static final List<byte[]> DIES = starts("Oops", "Kernel BUG", "Kernel stack ");

  private ReportTitles() {}

  /** What kind of report a line may begin, or null. */
  static @Nullable Kind kind(ConsoleLine line) {
    int from = afterBracket(line);
    for (Map.Entry<Kind, List<byte[]>> of : TITLES.entrySet()) {
      if (startsWithAny(line, from, of.getValue())) {
        return of.getKey() == Kind.HUNG_TASK && tellsOwner(line) ? null : of.getKey();
      }
    }
    return isLockup(line) ? Kind.STALL : isDie(line) ? Kind.OOPS : null;
  }

  /**
   * {@code watchdog: CPU0: Watchdog detected hard LOCKUP on cpu 3} (kernel/watchdog.c watchdog_hardlockup_check(); without {@code CPU0: } in
   * 6.5), {@code NMI watchdog: Watchdog detected hard LOCKUP on cpu 3} (kernel/watchdog_hld.c watchdog_overflow_callback(), to 6.4).
   */
  private static boolean isLockup(ConsoleLine line) {
    return startsWithAny(line, indented(line), WATCHDOGS) && line.contains(HARD_LOCKUP);
  }

  /** Whether a line is {@code ------------[ cut here ]------------}, indented or not. */
  static boolean isCutHere(ConsoleLine line) {
    return Ascii.startsWith(line.b, indented(line), line.to, CUT_HERE);
  }

  /** Whether a line is the first of a report, and cannot be anything else. */
  static boolean isSure(ConsoleLine line) {
    return isCutHere(line) || startsWithAny(line, indented(line), SURE) || isLockup(line) || isDie(line);
  }

  /** Whether words are at a place that are the first of a report, and cannot be anything else. */
  static boolean isSureAt(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, CUT_HERE) || startsWithAny(b, from, to, SURE) || Ascii.startsWith(b, from, to, TASK) && ByteScan.contains(b, from, to, BLOCKED);
  }

  /** Whether a line belongs to a report, as far as its first words tell. */
  static boolean isAround(ConsoleLine line) {
    return startsWithAny(line, line.from, AROUND) || startsWithAny(line, indented(line), AROUND) || line.contains(TAINTED);
  }

  /** Whether a line has a place in the kernel's code ({@code %pS}: {@code mas_walk+0x4e/0x80}, lib/vsprintf.c symbol_string()). */
  static boolean holdsAddress(ConsoleLine line) {
    return line.contains(OFFSET) && line.contains(SIZE);
  }

  /** {@code [ BUG: Invalid wait context ]}: where the words begin. */
  private static int afterBracket(ConsoleLine line) {
    int from = indented(line);
    boolean bracket = line.to - from > 4 && line.b[from] == '[' && line.b[from + 1] == ' ' && line.b[line.to - 1] == ']';
    return bracket ? from + 2 : from;
  }

  /** Where the first word is: the reports in mails are indented. */
  static int indented(ConsoleLine line) {
    return Ascii.afterSpaces(line.b, line.from, line.to);
  }

  /** {@code INFO: task cat:115 <reader> blocked on an rw-semaphore likely owned by task cat:114}: the second line of a hung task (6.16). */
  private static boolean tellsOwner(ConsoleLine line) {
    return line.contains(TASK) && line.contains(BLOCKED_ON);
  }

  /**
   * {@code divide error: 0000 [#1] SMP}, {@code Oops: 0004 ilc:2 [#1]}, {@code Oops [#1]}: the counter of die() in each architecture. It stands
   * behind a number, or one of its own words; elsewhere that is the number of somebody's bug.
   */
  private static boolean isDie(ConsoleLine line) {
    int from = indented(line);
    int last = Math.min(line.to, from + MOST_DIE) - 3;
    for (int i = from + 4; i < last; i++) {
      if (line.b[i] == '[' && line.b[i + 1] == '#' && Ascii.isDigit(line.b[i + 2])) {
        int end = Ascii.afterDigits(line.b, i + 2, line.to);
        boolean counts = end < line.to && line.b[end] == ']' && end - i < MOST_COUNTER;
        return counts && (startsWithAny(line, from, DIES) || isBehindNumber(line.b, from, i));
      }
    }
    return false;
  }

  /** Whether what ends at a place is {@code : 0000 } or {@code ilc:2 }, in hexadecimal digits. */
  private static boolean isBehindNumber(byte[] b, int from, int to) {
    int i = to;
    while (i > from && b[i - 1] == ' ') {
      i--;
    }
    int digits = i;
    while (i > from && Character.digit(b[i - 1], 16) >= 0) {
      i--;
    }
    return i < digits && i > from + 1 && (b[i - 1] == ':' || b[i - 1] == ' ' && b[i - 2] == ':');
  }

  private static boolean startsWithAny(ConsoleLine line, int from, List<byte[]> words) {
    return startsWithAny(line.b, from, line.to, words);
  }

  private static boolean startsWithAny(byte[] b, int from, int to, List<byte[]> words) {
    for (byte[] start : words) {
      if (Ascii.startsWith(b, from, to, start)) {
        return true;
      }
    }
    return false;
  }

  private static Map<Kind, List<byte[]>> titles() {
    Map<Kind, List<byte[]>> titles = new EnumMap<>(Kind.class);
    titles.put(Kind.BUG, starts("kernel BUG at ", "BUG: ", "BUG vm_area_struct", "BUG maple_node", "BUG mm_struct"));
    titles.put(Kind.OOPS, starts("Oops: ", "Unable to handle kernel ", "Internal error: ", "general protection fault", "KASAN: null-ptr-deref in range ",
        "KASAN: maybe wild-memory-access in range ", "KASAN: probably user-memory-access in range "));
    titles.put(Kind.WARNING, starts("WARNING: ", "refcount_t: ", "UBSAN: "));
    titles.put(Kind.HUNG_TASK, starts("INFO: task "));
    titles.put(Kind.STALL, starts("rcu: INFO: rcu_", "INFO: rcu_", "watchdog: BUG: ", "watchdog: Watchdog detected"));
    titles.put(Kind.PANIC, starts("Kernel panic - not syncing"));
    return titles;
  }

  private static List<byte[]> starts(String... words) {
    return Arrays.stream(words).map(ConsoleLine::ascii).toList();
  }
}
