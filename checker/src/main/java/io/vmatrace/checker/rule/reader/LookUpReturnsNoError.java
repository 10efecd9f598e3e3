package io.vmatrace.checker.rule.reader;

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
 * -EAGAIN (the VMA was detached) is answered by a new walk inside lock_vma_under_rcu(); its callers test for NULL only.
 */
final class LookUpReturnsNoError implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R23",
          "lock_vma_under_rcu() returns a VMA or NULL, never an error pointer",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c lock_vma_under_rcu() (6.15)"),
          EnumSet.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED),
          EnumSet.of(Op.LOCK_VMA_UNDER_RCU),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.ret() < 0 && step.ret() >= -MAX_ERRNO) {
      checks.brokenByValues("lock_vma_under_rcu() returned the error pointer %d".formatted(step.ret()));
    } else {
      checks.held();
    }
  }

  /** include/linux/err.h. */
  private static final int MAX_ERRNO = 4095;
}
