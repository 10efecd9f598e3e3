package io.vmatrace.checker.engine;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Continues with the same task more often than not, so that both long runs and single steps between other tasks occur. */
final class RandomScheduler implements Scheduler {
  private final SplittableRandom random;
  private final int stay;
  private @Nullable TaskStruct last;

  /** The same seed gives the same schedule. */
  RandomScheduler(long seed) {
    random = new SplittableRandom(seed);
    stay = random.nextInt(8);
  }

  @Override
  public TaskStruct next(List<TaskStruct> runnable) {
    TaskStruct task = last;
    if (task == null || random.nextInt(8) >= stay || !runnable.contains(task)) {
      task = runnable.get(random.nextInt(runnable.size()));
    }
    last = task;
    return task;
  }
}
