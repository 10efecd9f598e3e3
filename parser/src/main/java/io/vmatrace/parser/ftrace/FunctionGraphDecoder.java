package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.Calls;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
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
  private final GraphLine line = new GraphLine();
  private final GraphTasks tasks = new GraphTasks();
  private final LeafReturns leaves = new LeafReturns();
  private final EventBatch scratch = new EventBatch(1);
  private boolean begun;
  private int lineNumber;

  FunctionGraphDecoder(int lineBytes, EventNames names) {
    this.lineBytes = lineBytes;
    lines = new EventLines(names);
  }

  @Override
  public void decode(Chunk chunk, EventBatch out, ImportStats stats) {
    byte[] b = chunk.bytes;
    int to = chunk.to;
    if (!begun) {
      begun = true;
      tasks.lookAhead(chunk);
    }
    lineNumber += (int) stats.lines(); // one that was too long for a chunk
    for (int p = chunk.from; p < to; ) {
      lineNumber++;
      int end = ByteScan.newline(b, p, to);
      int next = end < to ? end + 1 : to;
      line.move(b, p, end, next);
      if (end == to && !chunk.complete && end > p && b[p] != '#') {
        damaged(ImportStat.CUT_SHORT, out, stats);
        keepRaw(out);
      } else {
        line(out, stats);
      }
      p = next;
    }
    leaves.moved(to - chunk.from);
    lines.drainTo(stats);
  }

  @Override
  public void finish(EventBatch out) {
    leaves.flushAll(line, out);
  }

  private void line(EventBatch out, ImportStats stats) {
    if (line.length() == 0 || line.b[line.from] == '#' || Ascii.startsWith(line.b, line.from, line.to, RULER)) {
      stats.header(line.bytes);
      return;
    }
    int before = out.size();
    line.place = before;
    if (line.length() > lineBytes) {
      damaged(ImportStat.TOO_LONG, out, stats);
    } else if (line.b[line.from] == 'C' && LossMarkers.ofCpu(line, line.from, out, stats)) {
      tasks.forgetCalls();
      stats.header(line.bytes);
    } else {
      line.readColumns();
      if (tasks.isSwitch(line)) {
        stats.header(line.bytes);
      } else {
        leaves.flush(line, tasks.of(line), out);
        before = out.size();
        line.place = before;
        text(out, stats);
      }
    }
    if (out.size() > before) {
      keepRaw(out);
    }
  }

  private void damaged(ImportStat stat, EventBatch out, ImportStats stats) {
    line.place = out.size();
    EventLines.damaged(stat, line, out, stats);
  }

  private void keepRaw(EventBatch out) {
    if (out.isRawKept()) {
      out.putRaw(line.b, line.from, line.to, lineNumber);
    }
  }

  private void text(EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int text = line.textFrom;
    int to = line.to;
    line.pid = tasks.of(line);
    line.context = tasks.context(line);
    if (line.irqBegins || line.irqEnds) {
      tasks.interrupt(line);
      stats.header(line.bytes);
    } else if (text < to && b[text] == '}') {
      returned(out, stats);
    } else if (text + 3 < to && b[text] == '/' && b[text + 1] == '*') {
      comment(out, stats);
    } else if (text < to && isCall(b, text, to)) {
      called(out, stats);
    } else {
      damaged(ImportStat.NOT_AN_EVENT, out, stats);
    }
  }

  /** A comment that holds an event of another kind: page_fault_user: address=… */
  private void comment(EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    if (b[to - 1] == '/' && b[to - 2] == '*') {
      line.to = to - (b[to - 3] == ' ' ? 3 : 2);
    }
    line.textFrom = Ascii.afterSpaces(b, line.textFrom + 2, line.to);
    lines.event(line, out, stats);
    line.to = to;
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

  private void called(EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    int name = line.textFrom;
    int nameTo = EventLines.afterName(b, name, to);
    int end = endOfCall(b, name, to);
    EventKind left = EventNames.functionLeft(b, name, nameTo);
    boolean leaf = b[end - 1] == ';';
    Calls calls = tasks.calls(line.pid);
    calls.enter(line.depth, left, returnsValue(left, b, nameTo, end));
    if (left != EventKind.UNKNOWN) {
      scratch.clear();
      scratch.add(left, line);
      lines.callValues(left, b, nameTo + 1, end, scratch);
      calls.keep(line.depth, scratch, 0);
    }
    line.to = end;
    boolean entered = lines.call(line, nameTo, left != EventKind.UNKNOWN, out, stats);
    line.to = to;
    if (leaf && line.pid >= 0 && left != EventKind.UNKNOWN) {
      leafReturned(calls, end, out.isRawKept());
    }
    if (!entered) {
      stats.time(line.inSeconds);
    }
  }

  /**
   * Whether the return value means something: a void function has none, and __vma_start_write() returns an int since it takes a task state
   * (6.19), and void before.
   */
  private static boolean returnsValue(EventKind left, byte[] b, int from, int to) {
    if (!left.returnsSinceSomeRelease()) {
      return left != EventKind.UNKNOWN && left.returned(0) >= 0;
    }
    for (int i = from; i < to; i++) {
      if (b[i] == 's' && Ascii.startsWith(b, i, to, STATE)) {
        return true;
      }
    }
    return false;
  }

  /** @param behind where what the function returned may be printed */
  private void leafReturned(Calls calls, int behind, boolean raw) {
    boolean known = calls.isResultKnown(line.depth);
    EventKind kind = calls.leave(line.depth);
    if (kind == EventKind.UNKNOWN) {
      return; // too deep to be kept
    }
    scratch.clear();
    scratch.add(kind, line);
    if (fill(calls, known, behind, scratch)) {
      leaves.hold(line, scratch, raw ? Arrays.copyOfRange(line.b, line.from, line.to) : null, lineNumber);
    }
  }

  /** A brace that closes, with a comment handle_mm_fault ret=0x0: the function's name and its value only if asked for. */
  private void returned(EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    Calls calls = tasks.calls(line.pid);
    boolean known = calls.isResultKnown(line.depth);
    EventKind kind = calls.leave(line.depth);
    int comment = Ascii.indexOf(b, line.textFrom, to, '*');
    if (comment < to) {
      int name = Ascii.afterSpaces(b, comment + 1, to);
      EventKind said = EventNames.functionLeft(b, name, Ascii.indexOf(b, name, to, ' '));
      kind = said == kind ? kind : EventKind.UNKNOWN; // its call is not here
    }
    stats.time(line.inSeconds);
    if (kind == EventKind.UNKNOWN || line.pid < 0) {
      stats.attached(line.bytes);
      return;
    }
    out.add(kind, line);
    if (!fill(calls, known, comment, out)) {
      out.removeLast();
      stats.attached(line.bytes);
    } else if (kind.isIgnored()) {
      stats.ignored(line.bytes);
    } else {
      stats.decoded(line.bytes);
    }
  }

  /**
   * Gives the last event, a return, what its call had and what it returned; false when it then does not say what happened.
   *
   * @param from where what it returned may be printed
   */
  private boolean fill(Calls calls, boolean returnsValue, int from, EventBatch out) {
    byte[] b = line.b;
    int to = line.to;
    calls.put(line.depth, out, out.size() - 1);
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
    line.move(b, from, to, to);
    line.readColumns();
    int text = line.textFrom;
    if (text < to && b[text] == '}') {
      text = Ascii.afterSpaces(b, Math.min(Ascii.indexOf(b, text, to, '*') + 1, to), to);
    } else if (text + 3 < to && b[text] == '/' && b[text + 1] == '*') {
      text = Ascii.afterSpaces(b, text + 2, to);
    }
    String event = new String(b, text, EventLines.afterName(b, text, to) - text, StandardCharsets.UTF_8);
    String comm = new String(b, line.commFrom, line.commTo - line.commFrom, StandardCharsets.UTF_8);
    return new LineFacts(line.pid, comm, line.cpu, line.time, line.inSeconds, event);
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
