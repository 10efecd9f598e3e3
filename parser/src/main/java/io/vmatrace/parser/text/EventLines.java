package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.event.FunctionSignature;
import io.vmatrace.parser.event.NamedEvent;
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
  public void event(LineHead head, byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    stats.time(head.inSeconds);
    int text = head.textFrom;
    int p = afterName(b, text, to);
    if (p < to && b[p] == ':') {
      named(head, b, from, p, to, bytes, line, out, stats);
    } else if (p < to && isSyscall(b, text, p) && !isCall(b, p, to)) {
      boolean entry = b[p] == '(';
      EventKind kind = entry ? EventNames.entered(b, text + 4, p) : EventNames.left(b, text + 4, p);
      add(head, kind, from, line, out);
      boolean readable = entry ? arguments(kind, b, p + 1, to, true, out) : p + 4 < to && syscalls.result(b, p + 4, to, out);
      counted(NamedEvent.of(kind), readable, b, from, to, bytes, line, out, stats);
    } else if (isStack(b, text, to)) {
      add(head, EventKind.STACK_TRACE, from, line, out);
      stats.ignored(bytes);
    } else if (isCall(b, p, to)) {
      function(head, b, from, text, to, bytes, line, out, stats);
    } else {
      unknown(head, b, from, text, p, bytes, line, out, stats);
    }
  }

  /** {@code NAME: VALUES}. */
  private void named(LineHead head, byte[] b, int from, int colon, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    int text = head.textFrom;
    int values = Ascii.afterSpaces(b, colon + 1, to);
    boolean probe = values < to && (b[values] == '(' || Ascii.startsWith(b, values, to, PROBE_IP));
    NamedEvent event = names.event(b, text, colon, EventNames.hash(b, text, colon), probe);
    if (event != null) {
      add(head, event.kind(), from, line, out);
      counted(event, values(event, b, values, to, out), b, from, to, bytes, line, out, stats);
    } else if (is(b, text, colon, FUNCTION) || is(b, text, colon, FUNCGRAPH_ENTRY)) {
      int bar = Ascii.indexOf(b, values, to, '|');
      int name = bar < to ? Ascii.afterSpaces(b, bar + 1, to) : Ascii.startsWith(b, values, to, FUNC) ? values + FUNC.length : values;
      function(head, b, from, name, to, bytes, line, out, stats);
    } else if (is(b, text, colon, FUNCGRAPH_EXIT)) {
      add(head, EventKind.UNKNOWN, from, line, out);
      stats.ignored(bytes);
    } else {
      unknown(head, b, from, text, colon, bytes, line, out, stats);
    }
  }

  /** {@code vma_link(mm=0xff48a0dac105ec00, …) <-insert_vm_struct} of the tracer function, with or without the option func-args. */
  private void function(LineHead head, byte[] b, int from, int name, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    int end = afterName(b, name, to);
    EventKind kind = EventNames.functionEntered(b, name, end);
    if (kind == EventKind.UNKNOWN && EventNames.functionLeft(b, name, end) != EventKind.UNKNOWN) {
      add(head, EventKind.UNKNOWN, from, line, out);
      stats.ignored(bytes); // only its return is wanted
      return;
    }
    if (kind == EventKind.UNKNOWN) {
      unknown(head, b, from, name, end, bytes, line, out, stats);
      return;
    }
    add(head, kind, from, line, out);
    boolean readable = end >= to || b[end] != '(' || fields.keyed(NamedEvent.of(kind), b, end + 1, to, out);
    counted(NamedEvent.of(kind), readable, b, from, to, bytes, line, out, stats);
  }

  /**
   * The call of a function in a line whose head has been read: {@code NAME(ARGUMENTS)} or {@code NAME()}, and counts the line.
   *
   * @param wanted whether its return is asked for, so that a call that is no event is none of an unknown name either
   */
  public boolean call(
      LineHead head, byte[] b, int from, int name, int nameTo, int to, int bytes, int line, boolean wanted, EventBatch out, ImportStats stats) {
    if (wanted && EventNames.functionEntered(b, name, nameTo) == EventKind.UNKNOWN) {
      stats.attached(bytes);
      return false;
    }
    stats.time(head.inSeconds);
    function(head, b, from, name, to, bytes, line, out, stats);
    return true;
  }

  /** The value of {@code ret=0xff48a0dac3400780} into the batch's last event, the return of a function. */
  public void returnValue(byte[] b, int from, int to, EventBatch out) {
    fields.returnValue(b, from, to, out);
  }

  /** Whether the batch's last event has what it needs. */
  public boolean isComplete(EventBatch out) {
    return FunctionSignature.isComplete(out.kind(out.size() - 1), out.lastPresent());
  }

  /** The values of a function's call, {@code mm=0xff48a0dac105ec00, address=0x7f6fc892bd58}, into the batch's last event. */
  public boolean callValues(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return fields.keyed(NamedEvent.of(kind), b, from, to, out);
  }

  /** The index behind an event's name: it ends at a colon, a space or a parenthesis. */
  public static int afterName(byte[] b, int from, int to) {
    int i = from;
    for (byte c; i < to && (c = b[i]) != ':' && c != ' ' && c != '('; i++) {}
    return i;
  }

  private void counted(
      NamedEvent event, boolean readable, byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (!readable) {
      out.removeLast();
      damaged(ImportStat.BAD_VALUE, b, from, to, bytes, line, out, stats);
    } else if (!out.lastHas(event.keys().mandatory())) {
      out.turnLastInto(EventKind.UNKNOWN);
      stats.problem(ImportStat.LACKS_VALUES, stats.isFirst(ImportStat.LACKS_VALUES) ? example(b, from, to) : "");
      stats.ignored(bytes);
    } else if (event.kind().isIgnored()) {
      stats.ignored(bytes);
    } else if (out.task(out.size() - 1) < 0) {
      out.removeLast();
      damaged(ImportStat.NO_TASK, b, from, to, bytes, line, out, stats);
    } else {
      if (event.kind() == EventKind.MMAP_LOCK_START_LOCKING) {
        stats.pointer(out.lastValue(0));
      }
      stats.decoded(bytes);
    }
  }

  private boolean values(NamedEvent event, byte[] b, int from, int to, EventBatch out) {
    if (event.isAlias()) {
      return fields.keyed(event, b, from, to, out);
    }
    EventKind kind = event.kind();
    return switch (kind) {
      case MA_WRITE, MA_READ, MA_OP -> fields.mapleTree(event, b, from, to, out);
      case SCHED_SWITCH -> tasks.schedSwitch(b, from, to, out);
      case SCHED_PROCESS_FORK -> tasks.schedProcessFork(b, from, to, out);
      case SCHED_PROCESS_EXEC, SCHED_PROCESS_FREE -> tasks.pid(b, from, to, out);
      case SCHED_PROCESS_EXIT -> tasks.schedProcessExit(b, from, to, out);
      case TASK_NEWTASK -> tasks.taskNewtask(b, from, to, out);
      case EXIT_MMAP_EVENT, CONTENTION_BEGIN, CONTENTION_END, CONTENDED_RELEASE -> fields.pointer(event, b, from, to, out);
      default ->
          switch (kind.source()) {
            case SYSCALL_ENTER ->
                isFields(b, from, to) ? syscalls.syscallFields(kind, b, from, to, out) : arguments(kind, b, from, to, false, out);
            case SYSCALL_EXIT -> isFields(b, from, to) ? syscalls.syscallFields(kind, b, from, to, out) : syscalls.result(b, from, to, out);
            default -> fields.keyed(event, b, from, to, out);
          };
    };
  }

  /** {@code __syscall_nr=9 addr=0x0} and {@code [FAILED TO PARSE] __syscall_nr=9 …}: a system call as the fields of its record. */
  private static boolean isFields(byte[] b, int from, int to) {
    return from < to && (b[from] == '_' || b[from] == '[');
  }

  private boolean arguments(EventKind kind, byte[] b, int from, int to, boolean closed, EventBatch out) {
    return switch (kind) {
      case SYS_ENTER_EXECVE, SYS_ENTER_EXECVEAT, SYS_ENTER_OTHER -> true; // strings of the user's, and nothing that we use
      default -> syscalls.syscall(kind, b, from, to, closed, out);
    };
  }

  private static void add(LineHead head, EventKind kind, int from, int line, EventBatch out) {
    out.add(kind, head.pid, head.cpu, head.time, line, from, head.context);
  }

  /** An event of a name that is not ours. */
  private void unknown(LineHead head, byte[] b, int from, int name, int nameTo, int bytes, int line, EventBatch out, ImportStats stats) {
    unknownNames.count(b, name, nameTo);
    add(head, EventKind.UNKNOWN, from, line, out);
    stats.unknown(bytes);
  }

  /** A line that cannot be read: whatever it was, it is gone. */
  public static void damaged(
      ImportStat stat, byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    out.add(EventKind.DAMAGED, -1, -1, 0, line, from, (byte) '.');
    stats.problem(stat, stats.isFirst(stat) ? example(b, from, to) : "");
    stats.damaged(bytes);
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

  private static String example(byte[] b, int from, int to) {
    return new String(b, from, Math.min(to - from, EXAMPLE_BYTES), StandardCharsets.UTF_8);
  }
}
