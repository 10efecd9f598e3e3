package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A VMA is write-locked exactly while vm_lock_seq equals the mm_lock_seq of an open write section; __vma_start_write() copies it. */
final class StartWriteSetsLockSeq extends Rule {
  StartWriteSetsLockSeq() {
    super(memorySafety("R09", "after __vma_start_write() vm_lock_seq equals mm_lock_seq").since("6.15").on(Op.VMA_START_WRITE_RET).byValues()
        .sources("mm/mmap_lock.c __vma_start_write()", "include/linux/mmap_lock.h __is_vma_write_locked()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasSeqs() || step.ret() != 0) {
      return; // a killed writer (-EINTR, 6.19 on) has set nothing
    }
    int lockSeq = step.sample().lockSeq();
    int mmSeq = step.sample().mmSeq();
    if (lockSeq != mmSeq) {
      checks.brokenByValues(
          "__vma_start_write() returned with vm_lock_seq %s and mm_lock_seq %s"
              .formatted(Integer.toUnsignedString(lockSeq), Integer.toUnsignedString(mmSeq)));
    } else {
      checks.held();
    }
  }
}
