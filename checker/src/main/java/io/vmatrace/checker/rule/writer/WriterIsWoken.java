package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The last reader that leaves wakes the task that waits for it in mm->vma_writer_wait. Or the capture just ended too early. */
final class WriterIsWoken extends Rule {
  private final PerMm<Moment> lastWoken = new PerMm<>();

  WriterIsWoken() {
    super(hang("R33", "a task that waits for readers is woken when the last one has left").onlyPossible().since("6.15").needs(Op.VMA_START_READ, Op.TASK_SLEEPS)
        .on(Op.STILL_WAITS_FOR_READERS, Op.RCUWAIT_WAKE_UP, Op.VMA_START_WRITE_RET, Op.VMA_MARK_DETACHED_RET, Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET)
        .relyingOn(Fact.WAITS_FOR_READERS)
        .sources("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)", "include/linux/mmap_lock.h vma_refcount_put()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (step.op() == Op.RCUWAIT_WAKE_UP && mm != null) {
      lastWoken.put(mm, step.moment().copy());
      return;
    }
    var wait = step.task().asleepIn();
    if (wait == null || wait.vma() != step.vma()) {
      return;
    }
    Moment wakeUp = mm == null ? null : lastWoken.get(mm);
    boolean lost = wakeUp == null || !wait.slept().surelyBefore(wakeUp);
    if (step.op() == Op.STILL_WAITS_FOR_READERS && step.readersLeft() == 0 && lost) {
      checks.suspect(
          "task %d waits to the end of the capture for the readers of a VMA that has none any more".formatted(step.task().pid()),
          seen(wait.entered(), "begins to exclude the readers"),
          seen(wait.slept(), "goes to sleep"));
    } else {
      checks.held();
    }
  }
}
