package io.vmatrace.checker.run;

import io.vmatrace.parser.event.EventBatch;

/** An analysis of steps that must know which event each one is of: it is told of every event before its steps and after them. */
public interface EventByEvent extends Analysis {
  /**
   * An event whose steps come next.
   *
   * @return whether this event and more are wanted; where no analysis wants more, the pass ends before it
   */
  boolean event(EventBatch events, int i);

  /** The event has been applied. */
  void applied();
}
