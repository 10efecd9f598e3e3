package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
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
 * Once vms_gather_munmap_vmas() has returned, every VMA of its range is write-locked and detached, and whatever is mapped over it in the
 * same section is write-locked too: until the section ends no look-up in the range may succeed.
 */
final class NoReadLockInGatheredRange implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R68",
          "no look-up succeeds in a range between its gathering and the end of the section",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c vms_gather_munmap_vmas(), vms_complete_munmap_vmas() (6.12)"),
          EnumSet.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED),
          EnumSet.of(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.VMA_START_READ),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    VmaRead read = step.task().read();
    if (mm == null || mm.section() == null || !read.entered().known() || !mm.gathered().known()) {
      return;
    }
    WriteSection section = mm.section();
    boolean refused = step.op() == Op.VMA_START_READ_REFUSED;
    if (refused || !section.isOpen() || !mm.isGathered(step.address()) || !mm.gathered().surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        () -> !section.isOpen(),
        "lock_vma_under_rcu() found a VMA at 0x%x, which task %d is unmapping".formatted(step.address(), section.task().pid()),
        Evidence.of(mm.gathered(), "the range is write-locked and detached"),
        Evidence.of(read.entered(), "the look-up begins"));
  }
}
