package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A detached VMA (a new one, or the removed half of a split) may be write-locked: that sets vm_lock_seq only. The attachment of another one stays counted. */
final class DetachedStaysZeroInStartWrite extends Rule {
  DetachedStaysZeroInStartWrite() {
    super(memorySafety("R14", "__vma_start_write() leaves the vm_refcnt of a detached VMA at 0, and counts that of an attached one").since("6.15").on(Op.VMA_START_WRITE_RET).byValues()
        .relyingOn(Fact.IN_START_WRITE).sources("mm/mmap_lock.c __vma_start_write(), __vma_enter_locked() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var startWrite = step.task().startWrite();
    if (!step.sample().hasRefcnt() || startWrite.vma() != step.vma()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (startWrite.wasAttached() && refcnt == 0) {
      checks.broken("vm_refcnt of an attached VMA fell to 0 in __vma_start_write(): its attachment is gone", seen(startWrite.entered(), "vm_refcnt was not 0 at entry"));
    } else if (startWrite.wasDetached() && refcnt != 0) {
      checks.broken(
          "vm_refcnt of a detached VMA rose to 0x%x in __vma_start_write()".formatted(refcnt),
          seen(startWrite.entered(), "vm_refcnt was 0 at entry"));
    } else if (startWrite.wasDetached()) {
      checks.held();
    }
  }
}
