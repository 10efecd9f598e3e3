package io.vmatrace.parser.event;

import java.util.Arrays;
import java.util.List;

/** The open calls of one task, by depth, with the values that their returns need. */
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
   * A call at a depth; deeper calls have returned, seen or not.
   *
   * @param kind what its return is, UNKNOWN when it is no event
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

  /** Keeps the values of a call (or of an event of its return's kind) that the return may carry too. */
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

  /** The kind of the return at a depth; forgets the call. */
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

  /** Puts the call's values into an event, the return. */
  public void put(int depth, EventBatch out, int i) {
    for (int slot = 0; slot < WIDTH && !isTooDeep(depth); slot++) {
      if ((present[depth] >>> slot & 1) != 0) {
        out.putSlot(i, slot, values[depth * WIDTH + slot]);
      }
    }
  }

  private static boolean isTooDeep(int depth) {
    return depth < 0 || depth >= MOST_DEPTH;
  }
}
