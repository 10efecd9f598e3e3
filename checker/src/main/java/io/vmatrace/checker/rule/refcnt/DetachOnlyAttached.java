package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/** vma_mark_detached() drops the reference that vma_mark_attached() took, so at its entry there is one. */
final class DetachOnlyAttached extends Rule {
  DetachOnlyAttached() {
    super(memorySafety("R05", "a VMA is detached once, from a reference count of at least 1").onlyIn(Generation.REFCOUNT).on(Op.VMA_MARK_DETACHED).byValues()
        .sources("mm/mmap_lock.c vma_mark_detached() (6.15 to 6.19)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    if (step.sample().refcnt() == 0) {
      checks.brokenByValues("vma_mark_detached() of a VMA whose vm_refcnt is already 0");
    } else {
      checks.held();
    }
  }
}
