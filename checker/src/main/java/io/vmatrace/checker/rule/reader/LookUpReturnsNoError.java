package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** -EAGAIN (the VMA was detached) is answered by a new walk inside lock_vma_under_rcu(); its callers test for NULL only. */
final class LookUpReturnsNoError extends Rule {
  private static final int MAX_ERRNO = 4095; // include/linux/err.h

  LookUpReturnsNoError() {
    super(memorySafety("R23", "lock_vma_under_rcu() returns a VMA or NULL, never an error pointer").since("6.15").needs(Op.LOCK_VMA_UNDER_RCU)
        .on(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED).sources("mm/mmap_lock.c lock_vma_under_rcu() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.ret() < 0 && step.ret() >= -MAX_ERRNO) {
      checks.brokenByValues("lock_vma_under_rcu() returned the error pointer %d".formatted(step.ret()));
    } else {
      checks.held();
    }
  }
}
