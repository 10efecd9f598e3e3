package io.vmatrace.parser.event;

import java.util.Arrays;

/** Which events of a batch are calls whose return will want what they have, and which are returns that lack what their call has. */
public final class CallMarks {
  /** For each event the depth of a call plus one, or that of a return plus one as a negative number; only once one was marked. */
  private byte[] depths = {};

  private boolean any;

  CallMarks() {}

  /** Whether there are calls or returns among the events. */
  public boolean any() {
    return any;
  }

  /** The depth of a marked call, or -1. */
  public int call(int i) {
    return any && depths[i] > 0 ? depths[i] - 1 : -1;
  }

  /** The depth of a marked return, or -1. */
  public int returned(int i) {
    return any && depths[i] < 0 ? -depths[i] - 1 : -1;
  }

  void clear() {
    any = false;
  }

  /** An event was appended; it has no mark yet. */
  void add(int i) {
    if (any) {
      depths[i] = 0;
    }
  }

  void grow(int events) {
    if (any) {
      depths = Arrays.copyOf(depths, events);
    }
  }

  /** Copies the mark of another batch's event to the last one of a batch that has room for so many events. */
  void copy(int i, CallMarks of, int k, int events) {
    if (any || of.any) {
      mark(i, of.any ? of.depths[k] : 0, events);
    }
  }

  void markCall(int i, int depth, int events) {
    mark(i, (byte) (depth + 1), events);
  }

  void markReturn(int i, int depth, int events) {
    mark(i, (byte) -(depth + 1), events);
  }

  private void mark(int i, byte depth, int events) {
    if (!any) {
      any = true;
      depths = depths.length < events ? new byte[events] : depths;
      Arrays.fill(depths, 0, i, (byte) 0);
    }
    depths[i] = depth;
  }
}
