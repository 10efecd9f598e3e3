package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Fact;
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

  /** Whether it looks at {@link io.vmatrace.parser.event.Op#PAGE_FAULT_SERVED}, the one step that no event shows, and of which there are very many. */
  default boolean wantsServedFaults() {
    return true;
  }

  /**
   * The capture is about to end, and a CPU was silent since a place in it, where its task changes an mm: what was concluded after that from more
   * than one event's own values may be undone by what the task did next.
   */
  default void endsWithin(long afterAt) {}

  /**
   * The capture is about to end, and values in it show again and again that what ends a fact has happened and has no event: a filter leaves it
   * out, and that it is not there proves nothing.
   */
  default void unrecorded(Fact fact) {}

  /** There are no more steps, nor losses. */
  default void end() {}
}
