package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.TaskState;
import java.util.ArrayList;
import java.util.List;

/** Look-ups under way: until its return each may hold a temporary reference to any VMA. */
final class LookUps {
  private record LookUp(TaskState task, Moment returned) {}

  private final List<LookUp> begun = new ArrayList<>();

  void begin(TaskState task, Moment moment) {
    drop(moment);
    begun.add(new LookUp(task, new Moment()));
  }

  /** The look-up of a task, if any, has ended by now. */
  void end(TaskState task, Moment moment) {
    for (LookUp lookUp : begun) {
      if (lookUp.task == task && !lookUp.returned.known()) {
        lookUp.returned.set(moment);
      }
    }
  }

  /** How many may be under way at a moment, except one task's own. */
  int at(Moment moment, TaskState but) {
    drop(moment);
    int others = 0;
    for (LookUp lookUp : begun) {
      others += lookUp.task == but ? 0 : 1;
    }
    return others;
  }

  private void drop(Moment moment) {
    begun.removeIf(lookUp -> lookUp.returned.known() && lookUp.returned.surelyBefore(moment));
  }

  void forget() {
    begun.clear();
  }

  /** The tasks that are in one. */
  @Override
  public String toString() {
    return begun.stream().filter(lookUp -> !lookUp.returned.known()).map(lookUp -> lookUp.task.pid()).toList().toString();
  }
}
