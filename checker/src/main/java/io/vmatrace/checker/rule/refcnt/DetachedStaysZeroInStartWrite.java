package io.vmatrace.checker.rule.refcnt;

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
 * A detached VMA (a new one, or the removed half of a split) may be write-locked: only vm_lock_seq is set, vm_refcnt stays 0.
 */
final class DetachedStaysZeroInStartWrite implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R14",
          "__vma_start_write() leaves the vm_refcnt of a detached VMA at 0",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_start_write(), __vma_enter_locked() (6.15)"),
          EnumSet.of(Op.VMA_START_WRITE_RET),
          EnumSet.of(Op.VMA_START_WRITE),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    StartWrite startWrite = step.task().startWrite();
    if (!step.sample().hasRefcnt() || startWrite.vma() != step.vma() || !startWrite.wasDetached()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt != 0) {
      checks.broken(
          "vm_refcnt of a detached VMA rose to 0x%x in __vma_start_write()".formatted(refcnt),
          Evidence.of(startWrite.entered(), "vm_refcnt was 0 at entry"));
    } else {
      checks.held();
    }
  }
}
