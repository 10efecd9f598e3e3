package io.vmatrace.parser.event;

/** How the values of an event are printed. */
public enum ValueText {
  /** {@code key=value}. */
  KEYS,
  /** {@code … range:4194304-4198399 piv (0) val ff3f3d24bfc62dc0}. */
  MAPLE_TREE,
  /** One pointer, first. */
  POINTER,
  /** sched_switch. */
  SCHED_SWITCH,
  /** sched_process_fork. */
  FORK,
  /** {@code pid=} among other things. */
  PID,
  /** sched_process_exit. */
  EXIT,
  /** task_newtask. */
  NEWTASK,
  /** The arguments of a system call. */
  ARGUMENTS,
  /** The same, with strings of the user's, and nothing that is used. */
  STRINGS,
  /** The result of a system call. */
  RESULT,
  /** {@code NR 33 (b, 1, 55743c7b39bc, 0, 7, b)}, {@code NR 1 = 2}. */
  RAW_SYSCALL
}
