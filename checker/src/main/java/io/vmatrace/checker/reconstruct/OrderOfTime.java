package io.vmatrace.checker.reconstruct;

import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** Which place of a capture every earlier time comes before, roughly: where time goes back, that is needed once. */
final class OrderOfTime {
  /** One event in so many is kept. */
  private static final int STEP = 256;

  private final LongArrayList places = new LongArrayList();
  private final LongArrayList times = new LongArrayList();
  private long begin;
  private int skipped;

  /** Another capture begins after a place. */
  void begin(long afterAt) {
    places.clear();
    times.clear();
    begin = afterAt;
    skipped = 0;
  }

  /** An event that is no older than the one before it. */
  void event(long at, long time) {
    if (--skipped < 0) {
      skipped = STEP - 1;
      if (times.isEmpty() || times.getLast() <= time) {
        places.add(at);
        times.add(time);
      }
    }
  }

  /** A place that is at, or not long before, the last event that is older than a time. */
  long lastBefore(long time) {
    for (int i = times.size() - 1; i >= 0; i--) {
      if (times.get(i) < time) {
        return places.get(i);
      }
    }
    return begin;
  }
}
