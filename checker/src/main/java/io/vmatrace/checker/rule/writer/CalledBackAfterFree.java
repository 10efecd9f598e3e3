package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/**
 * To 6.14 vm_area_free() only queues the callback that gives the memory back, after a grace period. That a VMA was freed and made anew by
 * a task that was not traced shows in no event.
 */
final class CalledBackAfterFree extends Rule {
  CalledBackAfterFree() {
    super(memorySafety("R62", "the memory of a VMA returns by an RCU callback that vm_area_free() has queued").onlyPossible().onlyIn(Generation.RWSEM)
        .on(Op.VM_AREA_FREE_RCU).relyingOn(Fact.VMA_ALLOCATED, Fact.VMA_ATTACHED).needs(Op.VM_AREA_FREE)
        .sources("kernel/fork.c vm_area_free(), vm_area_free_rcu_cb() (6.4 to 6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    if (vma == null || vma.life() == Life.UNKNOWN) {
      return;
    }
    if (vma.life() == Life.FREED) {
      checks.held();
      return;
    }
    checks.about(vma.mm(), vma);
    checks.suspect("the memory of a VMA goes back to the slab, and vm_area_free() was not called for it", seen(vma.allocated(), "the VMA is allocated"));
  }
}
