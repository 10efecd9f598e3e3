package io.vmatrace.parser.tracedat;

import java.util.List;

/** How far a recorder is that writes pages while they are read. */
public interface RecorderProgress {
  /**
   * Waits for more.
   *
   * @return the trace clock's time in nanoseconds up to which all events of all CPUs are in frames; {@link Long#MAX_VALUE} when there will be no more
   */
  long await() throws InterruptedException;

  /** The frames of each CPU: more may be added at any time. */
  List<PageFrames> frames();
}
