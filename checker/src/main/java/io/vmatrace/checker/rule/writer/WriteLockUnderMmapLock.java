package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * vma_start_write() copies mm_lock_seq, which is stable only for the task that holds the mmap_lock of the VMA's mm for writing.
 */
final class WriteLockUnderMmapLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R29",
          "a VMA is write-locked only under its mm's mmap_lock held for writing",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/mmap_lock.h __is_vma_write_locked(), vma_start_write()",
          "Documentation/mm/process_addrs.rst"),
          EnumSet.of(Op.VMA_START_WRITE),
          EnumSet.of(Op.VMA_START_WRITE, Op.MMAP_WRITE_LOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    MmState mm = step.mm();
    if (sample.hasRefcnt() && sample.hasMmSeq() && sample.mmSeq() % 2 == 0) {
      checks.brokenByValues(
          "__vma_start_write() while mm_lock_seq is %s, even: nobody holds the mmap_lock for writing"
              .formatted(Integer.toUnsignedString(sample.mmSeq())));
    } else if (mm != null && step.task().sectionOf(mm) != null) {
      checks.held();
    } else if (mm != null && step.task().isHoldsKnown()) {
      Hold hold = step.task().holdOf(mm);
      checks.broken("__vma_start_write() by a task that holds the mmap_lock %s".formatted(hold == null ? "not at all" : "for reading"));
    }
  }
}
