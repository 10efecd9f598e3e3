package io.vmatrace.checker.whatif;


/** Says when the steps of a {@link Simulation} are done. Times are nanoseconds. */
interface Pace {
  /** Not before others have done something. */
  long NEVER = Long.MAX_VALUE;

  /**
   * When a task does its next step.
   *
   * @param since when it did its last step, or was woken after it
   * @param now when it is asked
   */
  long due(NextStep next, long since, long now);

  /** Whether the task may do its step earlier than it was said because of what others do: then it is asked again. */
  boolean isHeld(int task);

  /** The step was done, so many nanoseconds after {@code since}. */
  void did(NextStep done, long delay);

  /** An operation of a task is over. */
  void over(int task, int operation);
}
