package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.text.Line;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Returns that were printed in the line of their call. When they happened is not printed: after the call, and before the next event of
 * their CPU and the next event of their task.
 */
final class LeafReturns {
  /** One return, at most one for each CPU. */
  private static final class Held {
    private final EventBatch event = new EventBatch(1);
    private int cpu;
    private int pid;
    private long offset;
    private byte @Nullable [] raw;
    private int lineNumber;
  }

  private final List<Held> held = new ArrayList<>();
  private final List<Held> free = new ArrayList<>();

  /**
   * Holds a return back.
   *
   * @param event a batch that holds only it
   * @param raw the bytes of its line, when they are wanted
   */
  void hold(Line head, EventBatch event, byte @Nullable [] raw, int lineNumber) {
    Held one = free.isEmpty() ? new Held() : free.removeLast();
    one.event.clear();
    one.event.append(event, 0);
    one.cpu = head.cpu;
    one.pid = head.pid;
    one.offset = event.offset(0);
    one.raw = raw;
    one.lineNumber = lineNumber;
    held.add(one);
  }

  /** Hands over what must have returned before a line of a CPU and a task. */
  void flush(Line next, int pid, EventBatch out) {
    for (int i = 0; i < held.size(); ) {
      Held one = held.get(i);
      if (one.cpu == next.cpu || one.pid == pid) {
        held.remove(i);
        give(one, next.time, out);
      } else {
        i++;
      }
    }
  }

  /** Hands all over: the capture is at its end. */
  void flushAll(Line last, EventBatch out) {
    for (Held one : held) {
      give(one, last.time, out);
    }
    held.clear();
  }

  private void give(Held one, long latest, EventBatch out) {
    out.appendAt(one.event, 0, latest, one.offset);
    byte[] raw = one.raw;
    if (raw != null) {
      out.putRaw(raw, 0, raw.length, one.lineNumber);
    }
    free.add(one);
  }

  /** The next chunk begins this many bytes further on. */
  void moved(int bytes) {
    for (Held one : held) {
      one.offset -= bytes;
    }
  }
}
