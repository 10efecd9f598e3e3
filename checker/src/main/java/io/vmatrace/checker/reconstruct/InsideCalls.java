package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;

/** Which functions a task is inside of, as far as their entries and returns were recorded: a bit for each pair of ops. */
final class InsideCalls {
  /** By the ordinal of an event's kind: 1 more than the ordinal of the pair that it begins or ends, negative where it ends it; 0 for none. */
  private static final byte[] PAIRS = pairs();

  private int inside;
  private int begun;

  /** Functions that were entered again before they returned: a return was missed, or they nest. */
  private int again;

  /** Where in the capture the last event of each pair is. */
  private final long[] lastAt = new long[OpPair.values().length + 1];

  /**
   * Notes an event of the task. Where a function returns that it did not enter, though it was seen to enter it before: the place of the
   * function's last event, after which the missing one is; else -1.
   */
  long note(EventKind kind, long at) {
    int pair = PAIRS[kind.ordinal()];
    if (pair == 0) {
      return -1;
    }
    int function = Math.abs(pair);
    int bit = 1 << function;
    long before = lastAt[function];
    lastAt[function] = at;
    if (pair > 0) {
      again |= inside & bit;
      inside |= bit;
      begun |= bit;
      return -1;
    }
    boolean entered = ((inside | again | ~begun) & bit) != 0;
    if ((inside & bit) == 0) {
      again &= ~bit;
    }
    inside &= ~bit;
    return entered ? -1 : before;
  }

  private static byte[] pairs() {
    byte[] pairs = new byte[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      if (kind.source() == EventKind.Source.PROBE_ENTRY || kind.source() == EventKind.Source.PROBE_RETURN) {
        pairs[kind.ordinal()] = (byte) pairOf(kind);
      }
    }
    return pairs;
  }

  private static int pairOf(EventKind kind) {
    int ends = 0;
    for (Op op : kind.shows()) {
      OpPair pair = OpPair.of(op);
      if (pair != null && pair.isBegunBy(op)) {
        return pair.ordinal() + 1;
      }
      ends = pair == null ? ends : -pair.ordinal() - 1;
    }
    return ends;
  }
}
