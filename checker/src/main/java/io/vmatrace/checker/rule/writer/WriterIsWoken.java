package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.StartWrite;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * The last reader that leaves wakes the task that waits for it in mm->vma_writer_wait. A task that is asleep there when the capture ends,
 * though no reader is known any more, may have missed its wake-up, or waits for one that waits for it. Or the capture just ended too early.
 */
final class WriterIsWoken implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R33",
          "a task that waits for readers is woken when the last one has left",
          Severity.HANG,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)",
          "include/linux/mmap_lock.h vma_refcount_put()"),
          EnumSet.of(Op.STILL_WAITS_FOR_READERS, Op.VMA_START_WRITE_RET, Op.VMA_MARK_DETACHED_RET, Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET),
          EnumSet.of(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET, Op.VMA_START_READ, Op.TASK_SLEEPS),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    StartWrite wait = step.task().asleepIn();
    if (wait == null || wait.vma() != step.vma()) {
      return;
    }
    MmState mm = step.mm();
    boolean woken = mm != null && wait.slept().surelyBefore(mm.woken());
    if (step.op() == Op.STILL_WAITS_FOR_READERS && step.flags() == 0 && !woken) {
      checks.suspect(
          "task %d waits to the end of the capture for the readers of a VMA that has none any more".formatted(step.task().pid()),
          Evidence.of(wait.entered(), "begins to exclude the readers"),
          Evidence.of(wait.slept(), "goes to sleep"));
    } else {
      checks.held();
    }
  }
}
