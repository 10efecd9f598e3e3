package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
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
 * A writer waits in mm->vma_writer_wait, which has room for one task: the mmap_lock admits one writer.
 */
final class OneWriterWaits implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R30",
          "at most one task per mm is inside __vma_start_write()",
          Severity.HANG,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
          EnumSet.of(Op.VMA_START_WRITE),
          EnumSet.of(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    TaskState other = mm.startingWrite();
    if (other == null || other == step.task() || !other.startWrite().entered().surelyBefore(step.moment())) {
      checks.held();
      return;
    }
    long enteredAt = other.startWrite().entered().at();
    checks.brokenUnless(
        () -> other.startWrite().entered().at() != enteredAt,
        "two tasks are inside __vma_start_write() of one mm: %d and %d".formatted(other.pid(), step.task().pid()),
        Evidence.of(other.startWrite().entered(), "enters __vma_start_write()"));
  }
}
