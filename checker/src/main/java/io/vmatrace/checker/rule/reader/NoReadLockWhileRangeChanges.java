package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
import io.vmatrace.checker.mm.VmaState;
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
 * Between vma_prepare() and vma_complete() the range of a VMA changes (split, merge, expand). All VMAs involved were write-locked before.
 */
final class NoReadLockWhileRangeChanges implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R78",
          "no read lock is granted on a VMA between vma_prepare() and vma_complete()",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c vma_prepare(), vma_complete(), __split_vma(), commit_merge() (6.12)"),
          EnumSet.of(Op.VMA_START_READ),
          EnumSet.of(Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.VMA_START_READ),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    VmaRead read = step.task().read();
    if (vma == null || !read.entered().known()) {
      return;
    }
    if (!vma.prepared().surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    long preparedAt = vma.prepared().at();
    checks.brokenUnless(
        () -> vma.prepared().at() != preparedAt,
        "lock_vma_under_rcu() returned a VMA whose range is being changed",
        Evidence.of(vma.prepared(), "the change of its range begins"),
        Evidence.of(read.entered(), "the look-up begins"));
  }
}
