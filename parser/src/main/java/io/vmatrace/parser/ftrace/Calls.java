package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.util.Arrays;
import java.util.List;

/** The calls of one task that have not returned, by depth, with what their returns will want to know of them. */
final class Calls {
  /** FTRACE_RETFUNC_DEPTH of include/linux/ftrace.h is 50. */
  static final int MOST_DEPTH = 64;

  private static final int WIDTH = 8;

  private final EventKind[] kinds = new EventKind[MOST_DEPTH];
  private final boolean[] resultKnown = new boolean[MOST_DEPTH];
  private final int[] present = new int[MOST_DEPTH];
  private final long[] values = new long[MOST_DEPTH * WIDTH];

  Calls() {
    forget();
  }

  void forget() {
    Arrays.fill(kinds, EventKind.UNKNOWN);
  }

  /**
   * A call at a depth; what was deeper has returned, seen or not.
   *
   * @param kind what its return is, UNKNOWN when nobody asks
   * @param returnsValue whether its return value means something: a void function leaves whatever is in the register
   */
  void enter(int depth, EventKind kind, boolean returnsValue) {
    if (depth >= MOST_DEPTH) {
      return;
    }
    Arrays.fill(kinds, depth, MOST_DEPTH, EventKind.UNKNOWN);
    kinds[depth] = kind;
    resultKnown[depth] = returnsValue;
    present[depth] = 0;
  }

  /** Keeps what the only event of a batch, of the return's kind, has in its slots. */
  void keep(int depth, EventBatch call) {
    if (depth >= MOST_DEPTH) {
      return;
    }
    List<Field> fields = kinds[depth].fields();
    for (int slot = 0; slot < fields.size() && slot < WIDTH; slot++) {
      if (call.has(0, fields.get(slot))) {
        present[depth] |= 1 << slot;
        values[depth * WIDTH + slot] = call.value(0, fields.get(slot));
      }
    }
  }

  /** What the return at a depth is, and forgets the call. */
  EventKind leave(int depth) {
    if (depth >= MOST_DEPTH) {
      return EventKind.UNKNOWN;
    }
    EventKind kind = kinds[depth];
    kinds[depth] = EventKind.UNKNOWN;
    return kind;
  }

  boolean isResultKnown(int depth) {
    return depth < MOST_DEPTH && resultKnown[depth];
  }

  /** Puts what the call had into the batch's last event, the return. */
  void put(int depth, EventBatch out) {
    for (int slot = 0; slot < WIDTH; slot++) {
      if ((present[depth] >>> slot & 1) != 0) {
        out.putSlot(slot, values[depth * WIDTH + slot]);
      }
    }
  }
}
