package io.vmatrace.checker.run;

import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import org.jspecify.annotations.Nullable;

/** A question about a capture, answered in a pass that it may share with others ({@link CaptureRun}). An analysis serves one pass. */
public interface Analysis {
  /** The capture is open and nothing of it is decoded: it has its name and its describer, and does not know its facts yet. */
  default void begin(Capture capture) {}

  /** Whether batches keep the bytes of each event, for {@link Capture#describer}. */
  default boolean needsBytes() {
    return false;
  }

  /** Where the steps of the reconstruction go, and its losses; null where only events matter. */
  default @Nullable StepSink steps() {
    return null;
  }

  /**
   * The next events, in the order of time, before their steps. The batch is reused afterwards.
   *
   * @return whether more is wanted; the pass continues while one of its analyses wants more, and then tells all of them
   */
  default boolean batch(EventBatch events) {
    return true;
  }

  /** There are no more events: steps and losses that follow are concluded from that. */
  default void endOfEvents() {}

  /**
   * The pass is over. The capture is still open, to be asked for single events.
   *
   * @throws CaptureException when they cannot be read
   */
  void end(Pass pass) throws CaptureException;
}
