package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Step;

/** Where steps go: the rules. */
public interface StepSink {
  /** A step, before its effect is applied to the states that it names. */
  void accept(Step step);

  /**
   * Events may be missing anywhere after a place in the capture and up to now: what was concluded there from more than one
   * event's own values is not certain.
   *
   * @param afterAt the last place known to be whole, 0 for the beginning
   */
  void lost(long afterAt);

  /** There are no more steps, nor losses. */
  default void end() {}
}
