package io.vmatrace.checker.engine;

import java.util.List;

/** Which task does the next step. */
interface Scheduler {
  /** Chooses one of those that can do a step; never empty. */
  TaskStruct next(List<TaskStruct> runnable);
}
