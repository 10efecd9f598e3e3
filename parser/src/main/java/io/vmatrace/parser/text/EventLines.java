package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.event.ValueText;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.charset.StandardCharsets;

/**
 * The part of a line that is the event, in every spelling that kernels, trace-cmd and perf have for it. Each line is counted in
 * exactly one way.
 *
 * <pre>
 * mmap_lock_released: mm=ff3f3d244105b700 memcg_id=1 write=true
 * vma_link(mm=0xff48a0dac105ec00, vma=0xff48a0dac3400b40) &lt;-insert_vm_struct
 * sys_munmap(addr: 0x7fe23de50000, len: 0x10000)
 * sys_enter_munmap:     addr: 0x7fe23de50000, len: 0x00010000
 * </pre>
 */
public final class EventLines {
  /** Longest piece of a line that is kept as an example of what is wrong. */
  private static final int EXAMPLE_BYTES = 160;

  private static final byte[] STACK = bytes("<stack trace>");
  private static final byte[] USER_STACK = bytes("<user stack trace>");
  private static final byte[] PROBE_IP = bytes("__probe_");
  private static final byte[] PARENT = bytes("<-");
  private static final byte[] FUNCTION = bytes("function");
  private static final byte[] FUNC = bytes("func=");
  private static final byte[] FUNCGRAPH_ENTRY = bytes("funcgraph_entry");
  private static final byte[] FUNCGRAPH_EXIT = bytes("funcgraph_exit");

  private final EventNames names;
  private final FieldReader fields = new FieldReader();
  private final TaskReader tasks = new TaskReader();
  private final SyscallReader syscalls = new SyscallReader();
  private final UnknownNames unknownNames = new UnknownNames();

  public EventLines(EventNames names) {
    this.names = names;
  }

  /** Reads the event of a line whose head has been read, and counts the line. */
  public void event(Line line, EventBatch out, ImportStats stats) {
    stats.time(line.inSeconds);
    byte[] b = line.b;
    int to = line.to;
    int text = line.textFrom;
    int p = afterName(b, text, to);
    if (p < to && b[p] == ':') {
      named(line, p, out, stats);
    } else if (p < to && isSyscall(b, text, p) && !isCall(b, p, to)) {
      boolean entry = b[p] == '(';
      EventKind kind = entry ? EventNames.entered(b, text + 4, p) : EventNames.left(b, text + 4, p);
      out.add(kind, line);
      boolean readable = entry ? closedArguments(kind, line, p + 1, out) : p + 4 < to && syscalls.result(b, p + 4, to, out);
      counted(kind.named(), readable, line, out, stats);
    } else if (isStack(b, text, to)) {
      out.add(MarkerEvents.STACK_TRACE, line);
      stats.ignored(line.bytes);
    } else if (isCall(b, p, to)) {
      function(line, text, out, stats);
    } else {
      unknown(line, text, p, out, stats);
    }
  }

  /** {@code NAME: VALUES}. */
  private void named(Line line, int colon, EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    int text = line.textFrom;
    int values = Ascii.afterSpaces(b, colon + 1, to);
    boolean probe = values < to && (b[values] == '(' || Ascii.startsWith(b, values, to, PROBE_IP));
    NamedEvent event = names.event(b, text, colon, EventNames.hash(b, text, colon), probe);
    if (event != null) {
      out.add(event.kind(), line);
      counted(event, values(event, b, values, to, out), line, out, stats);
    } else if (is(b, text, colon, FUNCTION) || is(b, text, colon, FUNCGRAPH_ENTRY)) {
      int bar = Ascii.indexOf(b, values, to, '|');
      int name = bar < to ? Ascii.afterSpaces(b, bar + 1, to) : Ascii.startsWith(b, values, to, FUNC) ? values + FUNC.length : values;
      function(line, name, out, stats);
    } else if (is(b, text, colon, FUNCGRAPH_EXIT)) {
      out.add(EventKind.UNKNOWN, line);
      stats.ignored(line.bytes);
    } else {
      unknown(line, text, colon, out, stats);
    }
  }

  /** {@code vma_link(mm=0xff48a0dac105ec00, …) <-insert_vm_struct} of the tracer function, with or without the option func-args. */
  private void function(Line line, int name, EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    int end = afterName(b, name, to);
    EventKind kind = EventNames.functionEntered(b, name, end);
    if (kind == EventKind.UNKNOWN && EventNames.functionLeft(b, name, end) != EventKind.UNKNOWN) {
      out.add(EventKind.UNKNOWN, line);
      stats.ignored(line.bytes); // only its return is wanted
      return;
    }
    if (kind == EventKind.UNKNOWN) {
      unknown(line, name, end, out, stats);
      return;
    }
    out.add(kind, line);
    boolean readable = end >= to || b[end] != '(' || fields.keyed(kind.named(), b, end + 1, to, out);
    counted(kind.named(), readable, line, out, stats);
  }

  /**
   * Reads the call of a function in a line whose head has been read, {@code NAME(ARGUMENTS)} or {@code NAME()}, and counts the line.
   *
   * @param nameTo where the function's name ends
   * @param wanted whether its return is asked for: then a call that is no event does not count as one of an unknown name
   */
  public boolean call(Line line, int nameTo, boolean wanted, EventBatch out, ImportStats stats) {
    if (wanted && EventNames.functionEntered(line.b, line.textFrom, nameTo) == EventKind.UNKNOWN) {
      stats.attached(line.bytes);
      return false;
    }
    stats.time(line.inSeconds);
    function(line, line.textFrom, out, stats);
    return true;
  }

  /** The value of {@code ret=0xff48a0dac3400780} into the batch's last event, the return of a function. */
  public void returnValue(byte[] b, int from, int to, EventBatch out) {
    fields.returnValue(b, from, to, out);
  }

  /** Whether the batch's last event has what it needs. */
  public boolean isComplete(EventBatch out) {
    return out.kind(out.size() - 1).isComplete(out.lastPresent());
  }

  /** The values of a function's call, {@code mm=0xff48a0dac105ec00, address=0x7f6fc892bd58}, into the batch's last event. */
  public boolean callValues(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return fields.keyed(kind.named(), b, from, to, out);
  }

  /** The index after an event's name: it ends at a colon, a space or a parenthesis. */
  public static int afterName(byte[] b, int from, int to) {
    int i = from;
    for (byte c; i < to && (c = b[i]) != ':' && c != ' ' && c != '('; i++) {}
    return i;
  }

  private static void counted(NamedEvent event, boolean readable, Line line, EventBatch out, ImportStats stats) {
    if (!readable) {
      out.removeLast();
      damaged(ImportStat.BAD_VALUE, line, out, stats);
    } else if (!out.lastHas(event.keys().mandatory())) {
      out.turnLastInto(EventKind.UNKNOWN);
      stats.problem(ImportStat.LACKS_VALUES, stats.isFirst(ImportStat.LACKS_VALUES) ? example(line) : "");
      stats.ignored(line.bytes);
    } else if (event.kind().isIgnored()) {
      stats.ignored(line.bytes);
    } else if (out.task(out.size() - 1) < 0) {
      out.removeLast();
      damaged(ImportStat.NO_TASK, line, out, stats);
    } else {
      if (event.kind() == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
        stats.pointer(out.lastValue(0));
      }
      stats.decoded(line.bytes);
    }
  }

  private boolean values(NamedEvent event, byte[] b, int from, int to, EventBatch out) {
    if (event.isAlias()) {
      return fields.keyed(event, b, from, to, out);
    }
    EventKind kind = event.kind();
    return switch (kind.text()) {
      case KEYS -> fields.keyed(event, b, from, to, out);
      case MAPLE_TREE -> fields.mapleTree(event, b, from, to, out);
      case POINTER -> fields.pointer(event, b, from, to, out);
      case SCHED_SWITCH -> tasks.schedSwitch(b, from, to, out);
      case FORK -> tasks.schedProcessFork(b, from, to, out);
      case PID -> tasks.pid(b, from, to, out);
      case EXIT -> tasks.schedProcessExit(b, from, to, out);
      case NEWTASK -> tasks.taskNewtask(b, from, to, out);
      case ARGUMENTS, STRINGS -> isFields(b, from, to) ? syscalls.syscallFields(kind, b, from, to, out) : arguments(kind, b, from, to, out);
      case RAW_SYSCALL -> syscalls.isRaw(b, from, to) ? syscalls.raw(kind, b, from, to, out) : fields.keyed(event, b, from, to, out);
      case RESULT -> isFields(b, from, to) ? syscalls.syscallFields(kind, b, from, to, out) : syscalls.result(b, from, to, out);
    };
  }

  /** {@code __syscall_nr=9 addr=0x0} and {@code [FAILED TO PARSE] __syscall_nr=9 …}: a system call as the fields of its record. */
  private static boolean isFields(byte[] b, int from, int to) {
    return from < to && (b[from] == '_' || b[from] == '[');
  }

  /** The arguments in {@code sys_munmap(addr: 0x7fe23de50000, len: 0x10000)}, from the parenthesis on: it must be closed. */
  private boolean closedArguments(EventKind kind, Line line, int from, EventBatch out) {
    int last = line.to - 1;
    boolean closed = last >= from && line.b[last] == ')';
    return hasOnlyStrings(kind) || closed && syscalls.syscall(kind, line.b, from, last, out);
  }

  private boolean arguments(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return hasOnlyStrings(kind) || syscalls.syscall(kind, b, from, to, out);
  }

  /** Whether the arguments of a system call are strings of user space, of which nothing is used. */
  private static boolean hasOnlyStrings(EventKind kind) {
    return kind.text() == ValueText.STRINGS;
  }

  /** An event whose name is in no list. */
  private void unknown(Line line, int name, int nameTo, EventBatch out, ImportStats stats) {
    unknownNames.count(line.b, name, nameTo);
    out.add(EventKind.UNKNOWN, line);
    stats.unknown(line.bytes);
  }

  /** A line that cannot be read: its event is lost. */
  public static void damaged(ImportStat stat, Line line, EventBatch out, ImportStats stats) {
    out.addMarker(MarkerEvents.DAMAGED, -1, 0, line.place, line.offset);
    stats.problem(stat, stats.isFirst(stat) ? example(line) : "");
    stats.damaged(line.bytes);
  }

  /** Hands the counts of unknown names over; call it at the end of a chunk. */
  public void drainTo(ImportStats stats) {
    unknownNames.drainTo(stats);
  }

  private static boolean isSyscall(byte[] b, int from, int to) {
    return to - from > 4
        && b[from] == 's'
        && b[from + 1] == 'y'
        && b[from + 2] == 's'
        && b[from + 3] == '_';
  }

  /** Whether a name that ends at {@code nameTo} is a function's, called by another: {@code (ARGUMENTS) <-PARENT}, {@code  <-PARENT}. */
  private static boolean isCall(byte[] b, int nameTo, int to) {
    int i = nameTo;
    if (i < to && b[i] == '(') {
      int parent = to; // no function's name has a space, and the parent's is the last
      while (parent > i && b[parent - 1] != ' ') {
        parent--;
      }
      return parent >= 2 && b[parent - 2] == ')' && Ascii.startsWith(b, parent, to, PARENT);
    }
    return i < to && b[i] == ' ' && Ascii.startsWith(b, i + 1, to, PARENT);
  }

  /** Whether an event's text is the head of a stack trace. */
  public static boolean isStack(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, STACK) || Ascii.startsWith(b, from, to, USER_STACK);
  }

  private static boolean is(byte[] b, int from, int to, byte[] what) {
    if (to - from != what.length) {
      return false;
    }
    for (int i = 0; i < what.length; i++) {
      if (b[from + i] != what[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String example(Line line) {
    return new String(line.b, line.from, Math.min(line.length(), EXAMPLE_BYTES), StandardCharsets.UTF_8);
  }
}
