package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;

/** vm_refcnt is a refcount_t: only REFCOUNT_SATURATED or a count below zero sets bit 31, and both are bugs. */
final class RefcntNeverSaturated extends Rule {
  RefcntNeverSaturated() {
    super(memorySafety("R01", "vm_refcnt is never saturated or negative").since("6.15").onSamples().byValues()
        .sources("include/linux/refcount.h REFCOUNT_SATURATED", "include/linux/mmap_lock.h vma_start_read(), vma_refcount_put()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt < 0) {
      checks.brokenByValues("vm_refcnt is 0x%08x: saturated or below zero".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
