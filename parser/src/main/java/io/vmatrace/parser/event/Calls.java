package io.vmatrace.parser.event;

import java.util.Arrays;
import java.util.List;

/** The calls of one task that have not returned, by depth, with what their returns will want to know of them. */
public final class Calls {
  /** FTRACE_RETFUNC_DEPTH of include/linux/ftrace.h is 50. */
  public static final int MOST_DEPTH = 64;

  private static final int WIDTH = 8;

  private final EventKind[] kinds = new EventKind[MOST_DEPTH];
  private final boolean[] resultKnown = new boolean[MOST_DEPTH];
  private final int[] present = new int[MOST_DEPTH];
  private final long[] values = new long[MOST_DEPTH * WIDTH];

  public Calls() {
    forget();
  }

  public void forget() {
    Arrays.fill(kinds, EventKind.UNKNOWN);
  }

  /**
   * A call at a depth; what was deeper has returned, seen or not.
   *
   * @param kind what its return is, UNKNOWN when nobody asks
   * @param returnsValue whether its return value means something: a void function leaves whatever is in the register
   */
  public void enter(int depth, EventKind kind, boolean returnsValue) {
    if (isTooDeep(depth)) {
      return;
    }
    Arrays.fill(kinds, depth, MOST_DEPTH, EventKind.UNKNOWN);
    kinds[depth] = kind;
    resultKnown[depth] = returnsValue;
    present[depth] = 0;
  }

  /** Keeps of an event, the call at a depth or one of its return's kind, what the return may carry too. */
  public void keep(int depth, EventBatch events, int i) {
    if (isTooDeep(depth)) {
      return;
    }
    List<Field> fields = kinds[depth].fields();
    for (int slot = 0; slot < fields.size() && slot < WIDTH; slot++) {
      if (events.has(i, fields.get(slot))) {
        present[depth] |= 1 << slot;
        values[depth * WIDTH + slot] = events.value(i, fields.get(slot));
      }
    }
  }

  /** What the return at a depth is, and forgets the call. */
  public EventKind leave(int depth) {
    if (isTooDeep(depth)) {
      return EventKind.UNKNOWN;
    }
    EventKind kind = kinds[depth];
    kinds[depth] = EventKind.UNKNOWN;
    return kind;
  }

  public boolean isResultKnown(int depth) {
    return !isTooDeep(depth) && resultKnown[depth];
  }

  /** Puts what the call had into an event, the return. */
  public void put(int depth, EventBatch out, int i) {
    for (int slot = 0; slot < WIDTH; slot++) {
      if ((present[depth] >>> slot & 1) != 0) {
        out.putSlot(i, slot, values[depth * WIDTH + slot]);
      }
    }
  }

  private static boolean isTooDeep(int depth) {
    return depth < 0 || depth >= MOST_DEPTH;
  }
}
