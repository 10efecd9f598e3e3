package io.vmatrace.checker.events;

import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.function.LongConsumer;

/** When a capture ends: a pass of its own, before the one that a selection counted from the end is for. */
public final class Ends {
  private Ends() {}

  /**
   * The time of the last event that can be read, in the capture's unit; 0 when there is none.
   *
   * @param source a file: standard input cannot be read twice, but see {@link CaptureSource#rereadable}
   * @throws CaptureException when nothing of the capture can be read
   */
  public static long of(CaptureSource source, EventNames names, LongConsumer progress) throws CaptureException {
    long[] last = {0};
    try (Capture capture = Captures.open(source, CaptureLimits.DEFAULT, names)) {
      capture.decodeReadable(
          batch -> {
            last[0] = last(batch, last[0]);
            return true;
          },
          false,
          progress);
    }
    return last[0];
  }

  private static long last(EventBatch batch, long before) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      if (!EventFilter.isLoss(batch.kind(i))) {
        return batch.time(i);
      }
    }
    return before;
  }
}
