package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A detach ends when the last reference is dropped, by itself or in its second wait; readers cannot raise vm_refcnt from 0. */
final class DetachedMeansZero extends Rule {
  DetachedMeansZero() {
    super(memorySafety("R06", "when a detach is finished vm_refcnt is 0").since("6.15").byValues().on(Op.VMA_MARK_DETACHED_RET, Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET)
        .sources("mm/mmap_lock.c vma_mark_detached() (6.15 to 6.19), __vma_exclude_readers_for_detach() (7.0)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt != 0) {
      checks.brokenByValues("the detach has finished with vm_refcnt 0x%x".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
