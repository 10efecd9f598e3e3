package io.vmatrace.checker.run;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.MarkerEvents;

/** When the first and the last event of a capture were, in the capture's unit of time; markers are none. */
public final class EventTimes {
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /** Takes the next events. */
  public void see(EventBatch events) {
    for (int i = 0, n = events.size(); i < n; i++) {
      if (!MarkerEvents.isMarker(events.kind(i))) {
        first = Math.min(first, events.time(i));
        last = Math.max(last, events.time(i));
      }
    }
  }

  /** When the first one was; 0 where there is none. */
  public long first() {
    return first > last ? 0 : first;
  }

  /** When the last one was; 0 where there is none. */
  public long last() {
    return first > last ? 0 : last;
  }
}
