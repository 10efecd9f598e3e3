package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A writer that SIGKILL takes out of its wait has locked nothing and gives the flag back; it still holds the mmap_lock. */
final class KilledWriterLeavesNothing extends Rule {
  KilledWriterLeavesNothing() {
    super(hang("R10", "a killed __vma_start_write() leaves neither the exclude-readers flag nor a lock").since("6.15").on(Op.VMA_START_WRITE_RET).byValues()
        .sources("mm/mmap_lock.c __vma_start_exclude_readers(), __vma_start_write() (7.0)", "commits faf3c923523e, 3dbe36b36690"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    if (!step.hasRet() || !sample.hasRefcnt()) {
      return;
    }
    if (step.ret() == 0) {
      checks.held();
    } else if (sample.excludesReaders()) {
      checks.kind("flag-left");
      checks.brokenByValues("__vma_start_write() returned %d and left vm_refcnt 0x%x, with the exclude-readers flag".formatted(step.ret(), sample.refcnt()));
    } else if (sample.hasSeqs() && sample.lockSeq() == sample.mmSeq()) {
      checks.kind("has-the-lock");
      checks.brokenByValues(
          "__vma_start_write() returned %d and left vm_lock_seq %s, as if it had the lock"
              .formatted(step.ret(), Integer.toUnsignedString(sample.lockSeq())));
    } else {
      checks.held();
    }
  }
}
