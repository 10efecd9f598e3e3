package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Program;

/** Says when the steps of a {@link Simulation} are done. Times are nanoseconds. */
interface Pace {
  /** Not before others have done something. */
  long NEVER = Long.MAX_VALUE;

  /**
   * When a task does its next step.
   *
   * @param task number of the task in its workload
   * @param operation number of the operation among the task's
   * @param since when it did its last step, or was woken behind it
   * @param now when it is asked
   * @param woken whether it was woken behind it
   */
  long due(int task, int operation, Frame frame, Program.Step step, long since, long now, boolean woken);

  /** Whether the task may do its step earlier than it was said because of what others do: then it is asked again. */
  boolean isHeld(int task);

  /** The step was done, so many nanoseconds behind {@code since}. */
  void did(int task, int operation, Frame frame, Program.Step step, long delay, boolean woken);

  /** An operation of a task is over. */
  void over(int task, int operation);
}
