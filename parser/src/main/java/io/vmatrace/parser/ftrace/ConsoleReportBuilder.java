package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One report of a kernel log under construction. */
final class ConsoleReportBuilder {
  /** Lockdep prints a stack for each link of its chain. */
  private static final int MOST_LINES = 600;

  private static final int KEPT_LINES = 60;
  private static final int KEPT_BYTES = 240;
  private static final int MOST_FRAMES = 48;

  /** A second title so soon belongs to the first: {@code kernel BUG at …}, then {@code Oops: …}. */
  private static final int TITLE_LINES = 12;

  /** A line of this length may have been cut by a mail, and go on in the next. */
  private static final int WRAPPED = 56;

  private final String dumped;
  private final boolean tagged;
  private final ReportTask task = new ReportTask();
  private final LockdepLocks locks = new LockdepLocks();
  private final List<String> lines = new ArrayList<>();
  private final List<String> frames = new ArrayList<>();
  private Kind kind = Kind.WARNING;
  private long titleAt;
  private @Nullable String title;
  private @Nullable String function;
  private String last = "";
  private boolean lastLong;
  private boolean lastStamped;
  private int caller;
  private int seen;
  private boolean inTrace;
  private boolean traced;

  /**
   * @param dumped what an assertion printed right before, or an empty text
   * @param line the first line
   */
  ConsoleReportBuilder(String dumped, ConsoleLine line) {
    this.dumped = dumped;
    caller = line.caller;
    tagged = line.tagged;
  }

  boolean hasTitle() {
    return title != null;
  }

  /** Whether a line that could begin a report of its own belongs to this one. */
  boolean takes(Kind next, ConsoleLine line) {
    if (title == null) {
      return true;
    }
    boolean continues = next == Kind.OOPS || next == Kind.WARNING || kind == Kind.WARNING && next == Kind.BUG && seen <= 1 || isInlined(line.text(KEPT_BYTES));
    return continues && !task.hasCpuLine() && seen < TITLE_LINES;
  }

  /** {@code BUG: KASAN: … in atomic_read include/…:32 [inline]}: the same title again, of the function that the one before was inlined into. */
  private boolean isInlined(String text) {
    int in = text.indexOf(" in ");
    return in > 0 && title != null && title.startsWith(text.substring(0, in + 4));
  }

  /** Whether a line is another task's or CPU's, which printed between the lines of this report, or another program's in the system's log. */
  boolean isForeign(ConsoleLine line) {
    return tagged && line.dated && !line.tagged || caller != ConsoleLine.NO_CALLER && line.caller != ConsoleLine.NO_CALLER && line.caller != caller;
  }

  /** Takes a line; false when that was the last. */
  boolean line(long at, @Nullable Kind of, ConsoleLine line) {
    String text = line.text(KEPT_BYTES);
    if (of == null && !text.isBlank() && continuesLast(line)) {
      join(text.strip());
    } else {
      begin(at, of, text);
    }
    caller = caller == ConsoleLine.NO_CALLER ? line.caller : caller;
    lastLong = line.width >= WRAPPED;
    lastStamped = line.stamped;
    return ++seen < MOST_LINES;
  }

  private void begin(long at, @Nullable Kind of, String text) {
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
    last = text;
    locks.line(text);
    facts(text);
  }

  /** Whether a line is the rest of the one before, which a mail has wrapped: it lacks the stamp that the others have, or its first part ends too early. */
  private boolean continuesLast(ConsoleLine line) {
    return lastLong && lastStamped && !line.stamped || !line.stamped && ReportTask.isIncomplete(last) && !Character.isWhitespace(line.b[line.from]);
  }

  private void join(String rest) {
    String whole = last + " " + rest;
    if (last.equals(title) && ReportTask.isIncomplete(last)) {
      title = whole;
    }
    if (!lines.isEmpty() && lines.getLast().equals(last)) {
      lines.set(lines.size() - 1, whole);
    }
    boolean frame = inTrace && TraceLine.functions(last) != null;
    last = whole;
    if (!frame) {
      task.line(whole);
      titleFunction(whole);
    }
  }

  private void facts(String text) {
    task.line(text);
    if (seen < TITLE_LINES && !traced) {
      titleFunction(text);
    }
    if (TraceLine.isInstruction(text)) {
      instruction(text);
    } else if (text.strip().regionMatches(true, 0, "Call Trace:", 0, 11) || text.startsWith("Backtrace:") || text.startsWith("stack backtrace:") || text.startsWith("INFO: task ")) {
      inTrace = !traced;
    } else if (inTrace) {
      frame(text);
    }
  }

  private void titleFunction(String text) {
    String named = TraceLine.inTitle(text);
    if (named != null) {
      at(named);
    }
  }

  /** {@code RIP: 0010:folio_add_new_anon_rmap+0x99/0x100}: the first one, and none of user mode; then those that it was inlined into. */
  private void instruction(String text) {
    String named = TraceLine.instruction(text);
    if (named != null && !traced) {
      at(named);
    }
    inTrace = false;
  }

  /** Where the report says that it happened: first the innermost function, then what that was inlined into. */
  private void at(String named) {
    if (function == null) {
      function = named;
    } else if (!function.equals(named) && !frames.contains(named)) {
      frames.add(named);
    }
  }

  private void frame(String text) {
    List<String> named = TraceLine.functions(text);
    if (named == null) {
      inTrace &= !traced;
      return;
    }
    for (String frame : named) {
      if (frames.size() < MOST_FRAMES && (named.size() == 1 || frames.isEmpty() || !frames.getLast().equals(frame))) {
        frames.add(frame);
      }
      traced = true;
    }
  }

  ConsoleReport report() {
    return new ConsoleReport(
        kind, String.valueOf(title), function, task.pid(), task.comm(), task.cpu(), task.release(), frames, locks.classes(), dumped, titleAt, lines);
  }
}
