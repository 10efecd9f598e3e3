package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
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
 * There is no way to end one VMA write lock: it lasts until the mmap_lock is released or downgraded. The out-of-line __vma_start_write()
 * runs only if the VMA is not write-locked yet, so a second one in the same section means that the lock was lost.
 */
final class WriteLockLastsToSectionEnd implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R31",
          "a VMA write lock lasts to the end of its write section",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/mmap_lock.h vma_start_write(), vma_end_write_all()",
          "protocol.md B08"),
          EnumSet.of(Op.VMA_START_WRITE),
          EnumSet.of(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET, Op.VM_AREA_FREE), // or its address may be another VMA's by now
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    WriteSection section = step.task().sectionOf(step.mm());
    if (vma == null || section == null) {
      return;
    }
    if (vma.isWriteLockedIn(section)) {
      checks.broken(
          "__vma_start_write() of a VMA that was write-locked earlier in the same section",
          Evidence.of(section.acquired(), "takes the mmap_lock for writing"),
          Evidence.of(vma.writeLocked(), "the VMA is write-locked"));
    } else {
      checks.held();
    }
  }
}
