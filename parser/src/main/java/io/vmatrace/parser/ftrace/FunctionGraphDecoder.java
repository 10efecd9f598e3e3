package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.Calls;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.event.FunctionSignature;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.EventLines;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LossMarkers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the text of function_graph: calls and returns of the functions that are kinds of events, and the events between them.
 *
 * <pre>
 *  1)               |  /* mmap_lock_start_locking: mm=00000000136af52e memcg_id=1 write=true *&#47;
 *  1)   2.644 us    |  lock_vma_under_rcu(mm=0xff48a0dac105ec00, address=0x7f6fc892bd58); /* ret=0xff48a0dac3400780 *&#47;
 *  1)               |  handle_mm_fault(vma=0xff48a0dac3400780, address=0x7f6fc892bd58, flags=0x1255, regs=0x0) {
 *  1) ! 270.004 us  |  } /* handle_mm_fault ret=0x0 *&#47;
 * </pre>
 *
 * A call that has no other event of its CPU before its return is one line, at the place of the call. Its return is handed over with the
 * next line of its CPU or task, and that line's time is the latest that it can have had ({@link EventBatch#isTimeLatest}). So there may
 * be more events than lines, and an event's place is its number, not its line's.
 *
 * <p>Without the option funcgraph-abstime every event has the time 0: then only the order of each CPU is known.
 */
final class FunctionGraphDecoder implements LineDecoder {
  private static final byte[] RULER = " -----------".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RETURNED = "ret=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STATE = "state=".getBytes(StandardCharsets.US_ASCII);

  private final int lineBytes;
  private final EventLines lines;
  private final GraphHead head = new GraphHead();
  private final GraphTasks tasks = new GraphTasks();
  private final LeafReturns leaves = new LeafReturns();
  private final EventBatch scratch = new EventBatch();
  private boolean begun;
  private int lineNumber;

  FunctionGraphDecoder(int lineBytes, EventNames names) {
    this.lineBytes = lineBytes;
    lines = new EventLines(names);
  }

  @Override
  public void decode(byte[] b, int from, int to, boolean complete, EventBatch out, ImportStats stats) {
    if (!begun) {
      begun = true;
      tasks.lookAhead(b, from, to);
    }
    lineNumber += (int) stats.lines(); // one that was too long for a chunk
    for (int p = from; p < to; ) {
      lineNumber++;
      int end = ByteScan.newline(b, p, to);
      int next = end < to ? end + 1 : to;
      if (end == to && !complete && end > p && b[p] != '#') {
        EventLines.damaged(ImportStat.CUT_SHORT, b, p, end, next - p, out.size(), out, stats);
        keepRaw(b, p, end, out);
      } else {
        line(b, p, end, next - p, out, stats);
      }
      p = next;
    }
    leaves.moved(to - from);
    lines.drainTo(stats);
  }

  @Override
  public void finish(EventBatch out) {
    leaves.flushAll(head, out);
  }

  private void line(byte[] b, int from, int to, int bytes, EventBatch out, ImportStats stats) {
    if (to == from || b[from] == '#' || Ascii.startsWith(b, from, to, RULER)) {
      stats.header(bytes);
      return;
    }
    int before = out.size();
    if (to - from > lineBytes) {
      EventLines.damaged(ImportStat.TOO_LONG, b, from, to, bytes, out.size(), out, stats);
    } else if (b[from] == 'C' && LossMarkers.ofCpu(b, from, to, out.size(), out, stats)) {
      tasks.forgetCalls();
      stats.header(bytes);
    } else {
      head.read(b, from, to);
      if (tasks.isSwitch(head, b, to)) {
        stats.header(bytes);
      } else {
        leaves.flush(head, tasks.of(head), out);
        before = out.size();
        text(b, from, to, bytes, out, stats);
      }
    }
    if (out.size() > before) {
      keepRaw(b, from, to, out);
    }
  }

  private void keepRaw(byte[] b, int from, int to, EventBatch out) {
    if (out.isRawKept()) {
      out.putRaw(b, from, to, lineNumber);
    }
  }

  private void text(byte[] b, int from, int to, int bytes, EventBatch out, ImportStats stats) {
    int text = head.textFrom;
    head.pid = tasks.of(head);
    head.context = tasks.context(head);
    if (head.irqBegins || head.irqEnds) {
      tasks.interrupt(head);
      stats.header(bytes);
    } else if (text < to && b[text] == '}') {
      returned(b, from, to, bytes, out, stats);
    } else if (text + 3 < to && b[text] == '/' && b[text + 1] == '*') {
      comment(b, from, to, bytes, out, stats);
    } else if (text < to && isCall(b, text, to)) {
      called(b, from, to, bytes, out, stats);
    } else {
      EventLines.damaged(ImportStat.NOT_AN_EVENT, b, from, to, bytes, out.size(), out, stats);
    }
  }

  /** A comment that holds an event of another kind: page_fault_user: address=… */
  private void comment(byte[] b, int from, int to, int bytes, EventBatch out, ImportStats stats) {
    int end = to;
    if (b[to - 1] == '/' && b[to - 2] == '*') {
      end = to - (b[to - 3] == ' ' ? 3 : 2);
    }
    head.textFrom = Ascii.afterSpaces(b, head.textFrom + 2, end);
    lines.event(head, b, from, end, bytes, out.size(), out, stats);
  }

  /** Whether a text is NAME(…) and a brace, or NAME(…); in one. */
  private static boolean isCall(byte[] b, int from, int to) {
    int name = EventLines.afterName(b, from, to);
    int last = endOfCall(b, from, to) - 1;
    return name > from && name < last && b[name] == '(' && (b[last] == '{' || b[last] == ';');
  }

  /** Where a call ends and a comment behind it begins, if there is one, such as ret=0x0. */
  private static int endOfCall(byte[] b, int from, int to) {
    for (int i = from; i + 1 < to; i++) {
      if (b[i] == '/' && b[i + 1] == '*') {
        return i > from && b[i - 1] == ' ' ? i - 1 : i;
      }
    }
    return to;
  }

  private void called(byte[] b, int from, int to, int bytes, EventBatch out, ImportStats stats) {
    int name = head.textFrom;
    int nameTo = EventLines.afterName(b, name, to);
    int end = endOfCall(b, name, to);
    EventKind left = EventNames.functionLeft(b, name, nameTo);
    boolean leaf = b[end - 1] == ';';
    Calls calls = tasks.calls(head.pid);
    calls.enter(head.depth, left, returnsValue(left, b, nameTo, end));
    if (left != EventKind.UNKNOWN) {
      scratch.clear();
      scratch.add(left, 0, 0, 0, 0, 0, (byte) 0);
      lines.callValues(left, b, nameTo + 1, end, scratch);
      calls.keep(head.depth, scratch, 0);
    }
    boolean entered = lines.call(head, b, from, name, nameTo, end, bytes, out.size(), left != EventKind.UNKNOWN, out, stats);
    if (leaf && head.pid >= 0 && left != EventKind.UNKNOWN) {
      leafReturned(calls, b, from, end, to, out.isRawKept());
    }
    if (!entered) {
      stats.time(head.inSeconds);
    }
  }

  /**
   * Whether the return value means something: a void function has none, and __vma_start_write() returns an int since it takes a task state
   * (6.19), and void before.
   */
  private static boolean returnsValue(EventKind left, byte[] b, int from, int to) {
    if (left != EventKind.VMA_START_WRITE_RET) {
      return left != EventKind.UNKNOWN && FunctionSignature.returned(left, 0) >= 0;
    }
    for (int i = from; i < to; i++) {
      if (b[i] == 's' && Ascii.startsWith(b, i, to, STATE)) {
        return true;
      }
    }
    return false;
  }

  private void leafReturned(Calls calls, byte[] b, int from, int end, int to, boolean raw) {
    boolean known = calls.isResultKnown(head.depth);
    EventKind kind = calls.leave(head.depth);
    scratch.clear();
    scratch.add(kind, head.pid, head.cpu, head.time, 0, from, head.context);
    if (fill(calls, known, b, end, to, scratch)) {
      leaves.hold(head, scratch, raw ? Arrays.copyOfRange(b, from, to) : null, lineNumber);
    }
  }

  /** A brace that closes, with a comment handle_mm_fault ret=0x0: the function's name and its value only if asked for. */
  private void returned(byte[] b, int from, int to, int bytes, EventBatch out, ImportStats stats) {
    Calls calls = tasks.calls(head.pid);
    boolean known = calls.isResultKnown(head.depth);
    EventKind kind = calls.leave(head.depth);
    int comment = Ascii.indexOf(b, head.textFrom, to, '*');
    if (comment < to) {
      int name = Ascii.afterSpaces(b, comment + 1, to);
      EventKind said = EventNames.functionLeft(b, name, Ascii.indexOf(b, name, to, ' '));
      kind = said == kind ? kind : EventKind.UNKNOWN; // its call is not here
    }
    stats.time(head.inSeconds);
    if (kind == EventKind.UNKNOWN || head.pid < 0) {
      stats.attached(bytes);
      return;
    }
    out.add(kind, head.pid, head.cpu, head.time, out.size(), from, head.context);
    if (!fill(calls, known, b, comment, to, out)) {
      out.removeLast();
      stats.attached(bytes);
    } else if (kind.isIgnored()) {
      stats.ignored(bytes);
    } else {
      stats.decoded(bytes);
    }
  }

  /** Gives the last event, a return, what its call had and what it returned; false when it then does not say what happened. */
  private boolean fill(Calls calls, boolean returnsValue, byte[] b, int from, int to, EventBatch out) {
    calls.put(head.depth, out, out.size() - 1);
    for (int i = from; returnsValue && i < to; i++) {
      if (b[i] == 'r' && Ascii.startsWith(b, i, to, RETURNED)) {
        lines.returnValue(b, i + RETURNED.length, to, out);
        break;
      }
    }
    return lines.isComplete(out);
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    if (to == from || b[from] == '#') {
      return null;
    }
    head.read(b, from, to);
    int text = head.textFrom;
    if (text < to && b[text] == '}') {
      text = Ascii.afterSpaces(b, Math.min(Ascii.indexOf(b, text, to, '*') + 1, to), to);
    } else if (text + 3 < to && b[text] == '/' && b[text + 1] == '*') {
      text = Ascii.afterSpaces(b, text + 2, to);
    }
    String event = new String(b, text, EventLines.afterName(b, text, to) - text, StandardCharsets.UTF_8);
    String comm = new String(b, head.commFrom, head.commTo - head.commFrom, StandardCharsets.UTF_8);
    return new LineFacts(head.pid, comm, head.cpu, head.time, head.inSeconds, event);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    return false;
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    return false;
  }
}
