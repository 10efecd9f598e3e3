package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;

/** mm_lock_seq, which all VMA locks since 6.4 have: a VMA is write-locked while its number is the mm's (docs/PROTOCOL.md, Sequence numbers). */
abstract class SeqLocking extends VmaLock {
  private final boolean begins;

  SeqLocking(Variant variant) {
    begins = variant.seqIsSeqcount() && !variant.has(Mutant.M12);
  }

  @Override
  public final void begin(Task task, Mm mm) {
    if (begins) {
      task.step(StepId.MM_LOCK_SEQCOUNT_BEGIN);
      mm.beginSeq();
    }
  }

  @Override
  public final void endWriteAll(Task task, Mm mm) {
    task.step(StepId.VMA_END_WRITE_ALL);
    mm.endSeq();
  }

  static boolean isLocked(Mm mm, Vma vma) {
    return vma.lockSeq() == mm.lockSeq();
  }
}
