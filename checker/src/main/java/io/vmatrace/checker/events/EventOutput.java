package io.vmatrace.checker.events;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.Analysis;
import org.jspecify.annotations.Nullable;

/** Where the events of captures go, one capture after the other, in one form. */
public interface EventOutput extends AutoCloseable {
  /**
   * The analysis that writes the next capture.
   *
   * @param named whether what is written says which capture it is of
   * @param lastTime time of its last event, where the selection asks for it
   */
  Analysis next(boolean named, long lastTime);

  /** Events of the last capture that were wanted, where they are counted; else -1. */
  default long selected() {
    return -1;
  }

  /** What the selection met in the last capture, where that is known; else null. */
  default @Nullable Seen seen() {
    return null;
  }

  /** Whether it shows the findings of each capture. */
  default boolean wantsFindings() {
    return false;
  }

  /** What was found in the last capture, once its analysis has ended. */
  default void found(Report report) {
    // shows none
  }

  /** Ends the output. */
  @Override
  void close();
}
