package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
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
 * A downgrade ends the write section: from then on the task is one reader among others and may neither lock, detach nor store VMAs of the
 * mm.
 */
final class NothingWrittenAfterDowngrade implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R43",
          "after a downgrade the task changes no VMA of the mm",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("include/linux/mmap_lock.h mmap_write_downgrade()",
          "mm/vma.c vms_complete_munmap_vmas()"),
          EnumSet.of(Op.VMA_START_WRITE, Op.VMA_MARK_DETACHED, Op.MMAP_READ_UNLOCK),
          EnumSet.of(Op.MMAP_WRITE_DOWNGRADE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Hold hold = step.task().holdOf(step.mm());
    if (hold == null || !hold.isDowngraded() || hold.section() == null) {
      return;
    }
    if (step.op() == Op.MMAP_READ_UNLOCK) {
      checks.held();
    } else {
      checks.broken(
          "%s after the mmap_lock was downgraded".formatted(step.op() == Op.VMA_START_WRITE ? "__vma_start_write()" : "vma_mark_detached()"),
          Evidence.of(hold.section().acquired(), "takes the mmap_lock for writing"),
          Evidence.of(hold.section().ended(), "downgrades it"));
    }
  }
}
