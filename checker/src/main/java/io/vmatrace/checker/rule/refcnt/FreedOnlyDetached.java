package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** vm_area_free() of a VMA with references leaves readers with freed memory. To 6.14 a VMA is born attached: one never in a tree is no evidence. */
final class FreedOnlyDetached extends Rule {
  FreedOnlyDetached() {
    super(memorySafety("R59", "a VMA is detached before it is freed").since("6.4").on(Op.VM_AREA_FREE).byValues().orByValues().relyingOn(Fact.VMA_ATTACHED, Fact.IN_TREE)
        .sources("mm/vma_init.c vm_area_free() (vma_assert_detached(), 6.15)", "kernel/fork.c vm_area_free() (to 6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    if (sample.hasRefcnt()) {
      if (sample.refcnt() != 0) {
        checks.brokenByValues("vm_area_free() of a VMA with vm_refcnt 0x%x: it is not detached".formatted(sample.refcnt()));
      } else {
        checks.held();
      }
    } else if (sample.hasDetached()) {
      checkFlag(step, checks);
    }
  }

  private static void checkFlag(Step step, Checks checks) {
    var vma = step.vma();
    if (step.sample().detached()) {
      checks.held();
    } else if (vma != null && vma.life() == Life.ATTACHED && vma.ranges() == 0) {
      checks.broken(
          "vm_area_free() of a VMA that was in its mm's tree and was never marked detached", seen(vma.allocated(), "allocated"));
    }
  }
}
