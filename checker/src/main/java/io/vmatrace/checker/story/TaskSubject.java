package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** Tasks: whatever they do, and what others do to the VMAs that they are about to use. */
final class TaskSubject implements Subject {
  private static final int MOST_TASKS = 1_024;

  private final IntPredicate wanted;
  private final Map<Integer, TaskState> tasks = new LinkedHashMap<>();

  /** @param wanted which pids, as far as the event in hand tells */
  TaskSubject(IntPredicate wanted) {
    this.wanted = wanted;
  }

  @Override
  public boolean concerns(Step step) {
    if (wanted.test(step.task().pid())) {
      if (tasks.size() < MOST_TASKS || tasks.containsKey(step.task().pid())) {
        tasks.put(step.task().pid(), step.task());
      }
      return true;
    }
    VmaState vma = step.vma();
    return vma != null && isAbout(vma);
  }

  @Override
  public boolean isAbout(VmaState vma) {
    for (TaskState task : tasks.values()) {
      if (task.read().vma() == vma || task.faultCall().vma() == vma || task.startWrite().vma() == vma) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void forget() {
    tasks.clear();
  }
}
