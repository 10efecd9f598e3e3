package io.vmatrace.checker.events;

import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;

/** The time of a capture's last event: found in a pass of its own, before the one of a selection that counts from the end. */
public final class LastEventTime implements Analysis {
  private long last;

  @Override
  public boolean batch(EventBatch events) {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (!EventFilter.isLoss(events.kind(i))) {
        last = events.time(i);
        break;
      }
    }
    return true;
  }

  @Override
  public void end(Pass pass) {
    // what was seen last is the answer
  }

  /** The time of the last event that could be read, in the capture's unit; 0 when there is none. */
  public long last() {
    return last;
  }
}
