package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Sampled;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * vm_refcnt is a refcount_t: bit 31 is only ever set by REFCOUNT_SATURATED or by going below zero, and both are bugs.
 */
final class RefcntNeverSaturated implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R01",
          "vm_refcnt is never saturated or negative",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/refcount.h REFCOUNT_SATURATED",
          "include/linux/mmap_lock.h vma_start_read(), vma_refcount_put()"),
          Sampled.OPS,
          EnumSet.noneOf(Op.class),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
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
