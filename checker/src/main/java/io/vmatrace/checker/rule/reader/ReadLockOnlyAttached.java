package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A reader cannot raise vm_refcnt from 0 or, to 6.14, sees the detached flag: a look-up that begins after the detach does not return that VMA. */
final class ReadLockOnlyAttached extends Rule {
  ReadLockOnlyAttached() {
    super(memorySafety("R15", "a VMA read lock is granted only on an attached VMA").since("6.4").on(Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.VMA_GONE)
        .sources("mm/mmap_lock.c lock_vma_under_rcu(), vma_start_read() (6.18)", "mm/memory.c lock_vma_under_rcu() (to 6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    var read = step.task().read();
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
        seen(gone, life == Life.FREED ? "is freed" : "is detached"),
        seen(read.entered(), "the look-up begins"));
  }
}
