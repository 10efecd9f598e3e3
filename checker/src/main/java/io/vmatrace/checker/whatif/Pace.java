package io.vmatrace.checker.whatif;

/** Says when the steps of a {@link Simulation} are done. Times are nanoseconds. */
interface Pace {
  /** Not before another task has done a step. */
  long NEVER = Long.MAX_VALUE;

  /**
   * When a task does its next step.
   *
   * @param since when it did its last step, or was woken after it
   * @param now when it is asked
   */
  long due(NextStep next, long since, long now);

  /** Whether other tasks may let it do its step earlier than announced: then it is asked again. */
  boolean isHeld(int task);

  /** The step was done, after the one that was done at {@code since}. */
  void did(NextStep done, long since, long at);

  /** An operation of a task is over. */
  void over(int task, int operation);
}
