package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A schedule that is written down: which task runs up to which step. What it leaves open is done one task after the other. */
final class Script implements Scheduler {
  private record Line(int pid, StepId step, boolean once) {}

  private final Deque<Line> lines = new ArrayDeque<>();
  private boolean begun;

  /** A task runs until its next step is this one; {@link StepId#NONE} is the end of its operation. */
  Script until(int pid, StepId step) {
    lines.add(new Line(pid, step, false));
    return this;
  }

  /** A task does one step. */
  Script then(int pid) {
    lines.add(new Line(pid, StepId.NONE, true));
    return this;
  }

  @Override
  public TaskStruct next(List<TaskStruct> runnable) {
    while (!lines.isEmpty()) {
      Line line = lines.element();
      TaskStruct task = runnable.stream().filter(of -> of.pid() == line.pid).findFirst().orElse(null);
      if (task != null && !(begun && (line.once || task.next() == line.step))) {
        begun = true;
        return task;
      }
      lines.remove();
      begun = false;
    }
    return runnable.getFirst();
  }
}
