package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Only __vma_start_write() and a detach set the flag, under the mmap_lock held for writing, and clear it before they release that lock: a fault under it finds no flag. */
final class MmapLockedFaultSeesNoFlag extends Rule {
  MmapLockedFaultSeesNoFlag() {
    super(hang("R08", "a fault under the mmap_lock finds no exclude-readers flag").since("6.15").on(Op.HANDLE_MM_FAULT).byValues()
        .sources("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers(), __vma_end_exclude_readers() (7.0)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || step.isUnderVmaLock()) {
      return;
    }
    if (step.sample().excludesReaders()) {
      checks.brokenByValues(
          "vm_refcnt is 0x%08x in a fault without FAULT_FLAG_VMA_LOCK: nobody can be excluding readers".formatted(step.sample().refcnt()));
    } else {
      checks.held();
    }
  }
}
