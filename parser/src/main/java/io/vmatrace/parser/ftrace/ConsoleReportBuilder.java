package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One report of a kernel log under construction. */
final class ConsoleReportBuilder {
  /** Lockdep prints a stack for each link of its chain. */
  private static final int MOST_LINES = 600;

  private static final int KEPT_BYTES = 240;
  private static final int MOST_FRAMES = 48;

  /** A second title so soon belongs to the first: {@code kernel BUG at …}, then {@code Oops: …}. */
  private static final int TITLE_LINES = 12;

  /** A line of this length may have been cut by a mail, and go on in the next. */
  private static final int WRAPPED = 56;

  /** So many lines in a row within a trace that are of no frame are another's; more, and the trace has ended. */
  private static final int MOST_STRAYS = 12;

  /** {@code  which belongs to the cache mm_struct of size 2944} (mm/kasan/report.c), {@code kfence-#12: 0x…-0x…, size=2944, cache=mm_struct} (mm/kfence/report.c). */
  private static final Pattern CACHE = Pattern.compile("^\\s*which belongs to the cache ([\\w-]+)|^kfence-#.* cache=([\\w-]+)");

  private String dumped;
  private final @Nullable String booted;
  private final boolean tagged;
  private final boolean stampedOnly;
  private final ReportHead head = new ReportHead();
  private final ReportTask task = new ReportTask();
  private final LockdepLocks locks = new LockdepLocks();
  private final OwnerTrace owner = new OwnerTrace();
  private final List<String> frames = new ArrayList<>();
  private @Nullable String function;

  /** The last line, while the next one may be the rest of it. */
  private @Nullable String last;

  private @Nullable Kind lastKind;
  private long lastAt;
  private boolean lastLong;
  private boolean lastStamped;
  private int lastWidth;
  private int lastBlanks;
  private int caller;
  private int seen;
  private boolean inTrace;
  private boolean traced;
  private int strays;

  /**
   * @param dumped what an assertion printed right before, or an empty text
   * @param booted the kernel that the log said was booted last, or null
   * @param line the first line
   */
  ConsoleReportBuilder(String dumped, @Nullable String booted, ConsoleLine line) {
    this.dumped = dumped;
    this.booted = booted;
    caller = line.caller;
    tagged = line.tagged;
    stampedOnly = line.stamped && !line.dated;
  }

  boolean hasTitle() {
    return last != null || head.title() != null;
  }

  /** Whether a line that could begin a report of its own belongs to this one. */
  boolean takes(Kind next, ConsoleLine line) {
    finishLine();
    return head.title() == null || head.goesOnWith(next, line.text(KEPT_BYTES)) && !task.hasCpuLine() && seen < TITLE_LINES;
  }

  /**
   * Whether a line is another task's or CPU's, which printed between the lines of this report, or another program's: in the system's log,
   * or with a time of its own among lines that have the kernel's only.
   */
  boolean isForeign(ConsoleLine line) {
    boolean program = line.dated && (tagged ? !line.tagged : stampedOnly && !line.stamped);
    return program || caller != ConsoleLine.NO_CALLER && line.caller != ConsoleLine.NO_CALLER && line.caller != caller;
  }

  /** Takes a line; false when that was the last. */
  boolean line(long at, @Nullable Kind of, ConsoleLine line) {
    String text = line.text(KEPT_BYTES);
    if (of == null && last != null && !last.isBlank() && !text.isBlank() && continuesLast(line)) {
      last = joined(last, text, line.wrapping.isHard(lastWidth));
      seen--;
    } else {
      finishLine();
      last = text;
      lastKind = of;
      lastAt = at;
    }
    caller = caller == ConsoleLine.NO_CALLER ? line.caller : caller;
    lastLong = line.width >= WRAPPED;
    lastWidth = line.width;
    lastBlanks = line.blanks;
    lastStamped = line.stamped;
    return ++seen < MOST_LINES;
  }

  /** Whether a line is the rest of the one before, which a mail has wrapped: it lacks the stamp that the others have, or its first part ends too early. */
  private boolean continuesLast(ConsoleLine line) {
    boolean incomplete = last != null && ReportTask.isIncomplete(last);
    if (line.stamped) {
      return false;
    }
    boolean indented = Character.isWhitespace(line.b[line.from]);
    boolean cut = line.wrapping.isHard(lastWidth);
    boolean bare = !lastStamped && cut && !indented && !ReportTitles.isAround(line);
    return lastLong && lastStamped || incomplete && (cut || !indented) || bare;
  }

  private String joined(String begin, String rest, boolean hard) {
    boolean inNumber = begin.endsWith(".") && Character.isDigit(rest.charAt(0)) || rest.startsWith(".") && Character.isDigit(begin.charAt(begin.length() - 1));
    return hard ? begin + " ".repeat(lastBlanks) + rest : inNumber ? begin + rest : begin + " " + rest.strip();
  }

  /** The last line is whole: takes what it says. */
  private void finishLine() {
    String text = last;
    last = null;
    if (text != null) {
      head.line(lastAt, lastKind, text);
      locks.line(text);
      owner.line(text, traced);
      cache(text);
      facts(text);
    }
  }

  private void cache(String text) {
    Matcher belongs = CACHE.matcher(text);
    if (dumped.isEmpty() && belongs.find()) {
      dumped = belongs.group(1) == null ? belongs.group(2) : belongs.group(1);
    }
  }

  private void facts(String text) {
    task.line(text);
    if (seen <= TITLE_LINES && !traced) {
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

  /** A line within a trace: what ends none and is no frame is another CPU's, which printed in between. */
  private void frame(String text) {
    List<String> named = TraceLine.functions(text);
    if (traced && (TraceLine.endsTrace(text) || named == null && ++strays > MOST_STRAYS)) {
      inTrace = false;
      return;
    }
    if (named == null) {
      return;
    }
    strays = 0;
    for (String frame : named) {
      if (frames.size() < MOST_FRAMES && (named.size() == 1 || frames.isEmpty() || !frames.getLast().equals(frame))) {
        frames.add(frame);
      }
      traced = true;
    }
  }

  /** The kernel that it is of, as far as it says or the log said before; or null. */
  @Nullable String release() {
    finishLine();
    return task.release() != null ? task.release() : booted;
  }

  ConsoleReport report() {
    finishLine();
    return new ConsoleReport(
        head.kind(), String.valueOf(head.title()), function, task.pid(), task.comm(), task.cpu(), release(), frames, locks.classes(), dumped, owner.frames(), head.at(), head.lines());
  }
}
