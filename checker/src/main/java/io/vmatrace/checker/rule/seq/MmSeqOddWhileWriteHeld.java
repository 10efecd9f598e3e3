package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;

/** mmap_write_lock() makes mm_lock_seq odd, release and downgrade make it even again: what the holder reads in between is odd. */
final class MmSeqOddWhileWriteHeld extends Rule {
  MmSeqOddWhileWriteHeld() {
    super(memorySafety("R12", "mm_lock_seq is odd while the mmap_lock is held for writing").since("6.15").onSamples().byValues().relyingOn(Fact.WRITE_SECTION)
        .sources("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var section = step.task().sectionOf(step.mm());
    if (!step.sample().hasRefcnt() || !step.sample().hasMmSeq() || section == null) {
      return;
    }
    int mmSeq = step.sample().mmSeq();
    if (mmSeq % 2 == 0) {
      checks.broken(
          "mm_lock_seq is %s, even, in the hands of the writer".formatted(Integer.toUnsignedString(mmSeq)),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    } else {
      checks.held();
    }
  }
}
