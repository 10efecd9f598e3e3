package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.TaskState;
import org.jspecify.annotations.Nullable;

/** What one rule remembers about what a task is inside of, until the task is seen in user mode. */
public final class PerTask<T> extends Slot<T> {
  /** What it remembers, or null. */
  public @Nullable T get(TaskState task) {
    return in(task.memory());
  }

  /** Remembers a value in place of the one before; null forgets. */
  public void put(TaskState task, @Nullable T value) {
    keep(task.memory(), value);
  }
}
