package io.vmatrace.checker.events;

import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.CaptureException;
import java.util.function.LongConsumer;

/** The time of a capture's last event: found in a pass of its own, before the one of a selection that counts from the end. */
public final class LastEventTime implements Analysis {
  private long last;

  private LastEventTime() {}

  /**
   * The time of the last event that can be read, in the capture's unit; 0 when there is none, or the selection does not count from it.
   *
   * @param source can be read again
   */
  public static long of(CaptureSource source, Selection selection, CaptureRun.Options options, LongConsumer progress) throws CaptureException {
    LastEventTime end = new LastEventTime();
    if (selection.needsEnd()) {
      CaptureRun.over(source, options, progress, end);
    }
    return end.last;
  }

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
}
