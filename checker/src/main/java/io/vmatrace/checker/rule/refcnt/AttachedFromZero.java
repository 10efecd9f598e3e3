package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A VMA that is about to be attached is one that nobody can have read-locked: vma_mark_attached() sets vm_refcnt from 0 to 1. */
final class AttachedFromZero extends Rule {
  AttachedFromZero() {
    super(memorySafety("R04", "a VMA that is about to be attached has vm_refcnt 0").since("6.15").on(Op.VMA_LINK, Op.VMA_COMPLETE).byValues()
        .sources("include/linux/mmap_lock.h vma_mark_attached() (6.15)", "mm/vma.c vma_link(), vma_complete(), vma_iter_store_new() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    if (step.op() == Op.VMA_LINK && sample.hasRefcnt()) {
      judge("vma_link()", sample.refcnt(), checks);
    } else if (step.op() == Op.VMA_COMPLETE && step.other() != null && sample.has(Field.INSERT_REFCNT)) {
      judge("vma_complete()", (int) sample.value(Field.INSERT_REFCNT), checks);
    }
  }

  private static void judge(String function, int refcnt, Checks checks) {
    if (refcnt == 0) {
      checks.held();
    } else {
      checks.brokenByValues("%s attaches a VMA that has vm_refcnt 0x%x: it is not detached".formatted(function, refcnt));
    }
  }
}
