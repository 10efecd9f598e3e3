package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Keys;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.FieldReader;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.UnknownNames;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the kernel's own text: {@code trace}, {@code trace_pipe} and their per-CPU forms. One decoder serves one thread; it
 * keeps nothing from one chunk to the next.
 *
 * <pre>
 *         workload-234     [000] .....    11.612632: mmap_lock_start_locking: mm=ff3f3d244105b700 memcg_path=/ write=true
 * </pre>
 */
public final class FtraceDecoder implements LineDecoder {
  /** Longest piece of a line that is kept as an example of what is wrong. */
  private static final int EXAMPLE_BYTES = 160;

  /** How far the readers of usual lines may look: for the columns, a name and a first value. */
  private static final int AHEAD = LinePrefix.COLUMNS_AHEAD + 64;

  private static final byte[] BUFFER_STARTED = "##### CPU ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CPU = "CPU:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOST = " [LOST ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STACK = "<stack trace>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USER_STACK = "<user stack trace>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FRAME = " => ".getBytes(StandardCharsets.US_ASCII);

  private final Layout layout;
  private final int lineBytes;
  private final EventNames names;
  private final LinePrefix prefix = new LinePrefix();
  private final FieldReader fields = new FieldReader();
  private final UnknownNames unknownNames = new UnknownNames();

  /**
   * @param layout how the lines begin
   * @param lineBytes the longest line that is looked at
   */
  public FtraceDecoder(Layout layout, int lineBytes, EventNames names) {
    this.layout = layout;
    this.lineBytes = lineBytes;
    this.names = names;
  }

  @Override
  public void decode(byte[] b, int from, int to, boolean complete, EventBatch out, ImportStats stats) {
    int line = (int) stats.lines();
    boolean raw = out.isRawKept();
    for (int p = from; p < to; line++) {
      int before = out.size();
      boolean columns = layout == Layout.COMMON && to - p > AHEAD && prefix.readColumns(b, p);
      int end = columns ? usual(b, p, to, line, out, stats) : -1;
      int next = end + 1;
      if (end < 0) {
        end = ByteScan.newline(b, p, to);
        next = end < to ? end + 1 : to;
        if (end == to && !complete && end > p && b[p] != '#') {
          damaged(ImportStat.CUT_SHORT, b, p, end, next - p, line, out, stats);
        } else if (columns && end - p <= lineBytes) {
          event(b, p, end, next - p, line, out, stats);
        } else {
          line(b, p, end, next - p, line, out, stats);
        }
      }
      if (raw && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    unknownNames.drainTo(stats);
  }

  /** Whether a line begins as an event does. */
  boolean isEvent(byte[] b, int from, int to) {
    return prefix.read(layout, b, from, to);
  }

  /** Hands over what has been counted apart; a chunk ends. */
  void drainTo(ImportStats stats) {
    unknownNames.drainTo(stats);
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    if (!prefix.read(layout, b, from, to)) {
      return null;
    }
    int nameTo = afterName(b, prefix.textFrom, to);
    String comm = new String(b, prefix.commFrom, prefix.commTo - prefix.commFrom, StandardCharsets.UTF_8).strip();
    String event = new String(b, prefix.textFrom, nameTo - prefix.textFrom, StandardCharsets.UTF_8);
    return new LineFacts(prefix.pid, comm, prefix.cpu, prefix.time, prefix.inSeconds, event);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    return prefix.read(layout, b, from, to) && isStack(b, prefix.textFrom, to);
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, FRAME);
  }

  /** Decodes one line. */
  void line(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (to == from) {
      stats.header(bytes);
    } else if (to - from > lineBytes) {
      damaged(ImportStat.TOO_LONG, b, from, to, bytes, line, out, stats);
    } else if (b[from] == '#') {
      comment(b, from, to, line, out, stats);
      stats.header(bytes);
    } else if (b[from] == 'C' && lost(b, from, to, line, out, stats)) {
      stats.header(bytes);
    } else if (isFrame(b, from, to)) {
      stats.attached(bytes);
    } else if (!prefix.read(layout, b, from, to)) {
      damaged(ImportStat.NOT_AN_EVENT, b, from, to, bytes, line, out, stats);
    } else {
      event(b, from, to, bytes, line, out, stats);
    }
  }

  /** Reads a line of the shapes that most lines have, whose prefix has been read; where it ends, or -1 when it is none. */
  private int usual(byte[] b, int from, int to, int line, EventBatch out, ImportStats stats) {
    EventKind kind = UsualLines.kind(b, prefix.textFrom);
    if (kind == null) {
      return -1;
    }
    add(kind, line, out);
    int end = UsualLines.values(kind, b, prefix.textFrom, to, out);
    if (end < 0 || end == to || end - from > lineBytes) {
      out.removeLast();
      return -1;
    }
    stats.time(true);
    stats.decoded(end + 1 - from);
    if (kind == EventKind.MMAP_LOCK_START_LOCKING) {
      stats.pointer(out.lastValue(0));
    }
    return end;
  }

  private void event(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    stats.time(prefix.inSeconds);
    int text = prefix.textFrom;
    int p = afterName(b, text, to);
    EventKind kind;
    boolean readable;
    if (p < to && b[p] == ':') {
      int values = Ascii.afterSpaces(b, p + 1, to);
      kind = names.event(b, text, p, EventNames.hash(b, text, p), values < to && b[values] == '(');
      if (kind == null) {
        unknown(b, text, p, bytes, line, out, stats);
        return;
      }
      add(kind, line, out);
      readable = values(kind, b, values, to, out);
    } else if (p < to && isSyscall(b, text, p)) {
      boolean entry = b[p] == '(';
      kind = entry ? EventNames.entered(b, text + 4, p) : EventNames.left(b, text + 4, p);
      add(kind, line, out);
      readable = entry ? arguments(kind, b, p + 1, to, out) : p + 4 < to && fields.result(b, p + 4, to, out);
    } else if (isStack(b, text, to)) {
      add(EventKind.STACK_TRACE, line, out);
      stats.ignored(bytes);
      return;
    } else {
      unknown(b, text, p, bytes, line, out, stats);
      return;
    }
    counted(kind, readable, b, from, to, bytes, line, out, stats);
  }

  /** The index behind an event's name: it ends at a colon, a space or a parenthesis. */
  private static int afterName(byte[] b, int from, int to) {
    int i = from;
    for (byte c; i < to && (c = b[i]) != ':' && c != ' ' && c != '('; i++) {}
    return i;
  }

  private void counted(
      EventKind kind, boolean readable, byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (!readable) {
      out.removeLast();
      damaged(ImportStat.BAD_VALUE, b, from, to, bytes, line, out, stats);
    } else if (!out.lastHas(Keys.of(kind).mandatory())) {
      out.removeLast();
      add(EventKind.UNKNOWN, line, out);
      stats.problem(ImportStat.LACKS_VALUES, stats.isFirst(ImportStat.LACKS_VALUES) ? example(b, from, to) : "");
      stats.ignored(bytes);
    } else if (kind.isIgnored()) {
      stats.ignored(bytes);
    } else {
      if (kind == EventKind.MMAP_LOCK_START_LOCKING) {
        stats.pointer(out.lastValue(0));
      }
      stats.decoded(bytes);
    }
  }

  private boolean values(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return switch (kind) {
      case MA_WRITE, MA_READ, MA_OP -> fields.mapleTree(kind, b, from, to, out);
      case SCHED_SWITCH -> fields.schedSwitch(b, from, to, out);
      case SCHED_PROCESS_FORK -> fields.schedProcessFork(b, from, to, out);
      case SCHED_PROCESS_EXEC, SCHED_PROCESS_EXIT, SCHED_PROCESS_FREE -> fields.pid(b, from, to, out);
      case TASK_NEWTASK -> fields.taskNewtask(b, from, to, out);
      case EXIT_MMAP_EVENT, CONTENTION_BEGIN, CONTENTION_END, CONTENDED_RELEASE -> fields.pointer(kind, b, from, to, out);
      default ->
          switch (kind.source()) {
            case SYSCALL_ENTER, SYSCALL_EXIT -> fields.syscallFields(kind, b, from, to, out);
            default -> fields.keyed(kind, b, from, to, out);
          };
    };
  }

  private boolean arguments(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return switch (kind) {
      case SYS_ENTER_EXECVE, SYS_ENTER_EXECVEAT, SYS_ENTER_OTHER -> true; // strings of the user's, and nothing that we use
      default -> fields.syscall(kind, b, from, to, out);
    };
  }

  private void add(EventKind kind, int line, EventBatch out) {
    out.add(kind, prefix.pid, prefix.cpu, prefix.time, line, prefix.commFrom, prefix.context);
  }

  private void unknown(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    unknownNames.count(b, from, to);
    add(EventKind.UNKNOWN, line, out);
    stats.unknown(bytes);
  }

  static void damaged(
      ImportStat stat, byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    out.add(EventKind.DAMAGED, -1, -1, 0, line, from, (byte) '.');
    stats.problem(stat, stats.isFirst(stat) ? example(b, from, to) : "");
    stats.damaged(bytes);
  }

  /** {@code ##### CPU 1 buffer started ####} (kernel/trace/trace.c test_cpu_buff_start()): printed only after an overrun. */
  private static void comment(byte[] b, int from, int to, int line, EventBatch out, ImportStats stats) {
    if (!Ascii.startsWith(b, from, to, BUFFER_STARTED)) {
      return;
    }
    long cpu = number(b, from + BUFFER_STARTED.length, to);
    out.add(EventKind.BUFFER_STARTED, -1, -1, 0, line, from, (byte) '.');
    out.put(Field.CPU, cpu);
    stats.lost(1);
  }

  /** Whether a line is {@code CPU:1 [LOST 86 EVENTS]} or {@code CPU:1 [LOST EVENTS]} (kernel/trace/trace.c print_trace_line()). */
  boolean isLost(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, CPU) && afterCpu(b, from, to) > 0;
  }

  private static int afterCpu(byte[] b, int from, int to) {
    int digits = from + CPU.length;
    int p = Ascii.afterDigits(b, digits, to);
    return p > digits && Ascii.startsWith(b, p, to, LOST) ? p : -1;
  }

  private boolean lost(byte[] b, int from, int to, int line, EventBatch out, ImportStats stats) {
    if (!isLost(b, from, to)) {
      return false;
    }
    long cpu = number(b, from + CPU.length, to);
    long count = number(b, afterCpu(b, from, to) + LOST.length, to);
    out.add(EventKind.LOST_EVENTS, -1, -1, 0, line, from, (byte) '.');
    out.put(Field.CPU, cpu);
    out.put(Field.COUNT, Math.max(count, 0));
    stats.lost(Math.max(count, 1));
    return true;
  }

  /** The number at a place, or -1 when there is none. */
  private static long number(byte[] b, int from, int to) {
    long value = -1;
    for (int p = from; p < to && Ascii.isDigit(b[p]) && value < Integer.MAX_VALUE; p++) {
      value = Math.max(value, 0) * 10 + (b[p] - '0');
    }
    return value;
  }

  private static boolean isSyscall(byte[] b, int from, int to) {
    return to - from > 4
        && b[from] == 's'
        && b[from + 1] == 'y'
        && b[from + 2] == 's'
        && b[from + 3] == '_';
  }

  private static boolean isStack(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, STACK) || Ascii.startsWith(b, from, to, USER_STACK);
  }

  private static String example(byte[] b, int from, int to) {
    return new String(b, from, Math.min(to - from, EXAMPLE_BYTES), StandardCharsets.UTF_8);
  }
}
