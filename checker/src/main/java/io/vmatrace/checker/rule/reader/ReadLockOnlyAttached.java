package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
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
 * A read lock is only given on an attached VMA: a reader cannot raise vm_refcnt from 0, or (to 6.14) sees the detached flag. A look-up
 * that began after the detach was complete must not return that VMA, unless it was attached again or is another VMA by then.
 */
final class ReadLockOnlyAttached implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R15",
          "a VMA read lock is granted only on an attached VMA",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/mmap_lock.c lock_vma_under_rcu(), vma_start_read() (6.18)",
          "mm/memory.c lock_vma_under_rcu() (to 6.14)"),
          EnumSet.of(Op.VMA_START_READ),
          EnumSet.of(Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.VM_AREA_FREE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    VmaRead read = step.task().read();
    if (vma == null || vma.life() == Life.UNKNOWN || vma.life() == Life.ALLOCATED || !read.entered().known()) {
      return;
    }
    Moment gone = (vma.life() == Life.FREED ? vma.freed() : vma.detached()).copy();
    if (vma.life() == Life.ATTACHED || !gone.surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    int incarnation = vma.incarnation();
    Life life = vma.life();
    checks.brokenUnless(
        () -> vma.incarnation() != incarnation || vma.life() != life,
        "lock_vma_under_rcu() returned a VMA that was %s before the look-up began".formatted(life == Life.FREED ? "freed" : "detached"),
        Evidence.of(gone, life == Life.FREED ? "is freed" : "is detached"),
        Evidence.of(read.entered(), "the look-up begins"));
  }
}
