package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A fault under the VMA lock has one reference, the attachment another; writers and other readers only add to that. */
final class FaultIsCounted extends Rule {
  FaultIsCounted() {
    super(memorySafety("R07", "a fault under the VMA lock and the attachment are both counted in vm_refcnt").since("6.15").on(Op.HANDLE_MM_FAULT).byValues()
        .sources("include/linux/mmap_lock.h vma_mark_attached(), vma_start_read() (6.15)", "mm/mmap_lock.c vma_start_read() (6.18)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || !step.isUnderVmaLock()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    int references = refcnt & ~Sample.EXCLUDE_READERS;
    if (refcnt >= 0 && references < 2) {
      checks.brokenByValues("vm_refcnt is 0x%x in a fault under the VMA lock: the fault's reference or the attachment's is gone".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
