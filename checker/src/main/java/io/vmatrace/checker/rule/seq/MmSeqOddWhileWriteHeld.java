package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** mmap_write_lock() makes mm_lock_seq odd, release and downgrade make it even again: so its holders read it. */
final class MmSeqOddWhileWriteHeld extends Rule {
  /** The hold for reading in which a task has read an odd number. */
  private final PerTask<Hold> told = new PerTask<>();

  MmSeqOddWhileWriteHeld() {
    super(memorySafety("R12", "mm_lock_seq is odd while the mmap_lock is held for writing, and even while for reading").since("6.15").onSamples().byValues().orByValues()
        .relyingOn(Fact.WRITE_SECTION, Fact.MMAP_LOCK_HELD).sources("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.hasSeqOfRefcnt() || !step.sample().hasMmSeq()) {
      return;
    }
    var section = step.task().sectionOf(step.mm());
    if (section != null) {
      checkWriter(step, section, checks);
    } else {
      checkReader(step, checks);
    }
  }

  private void checkReader(Step step, Checks checks) {
    boolean ofFault = step.op() == Op.HANDLE_MM_FAULT && !step.isUnderVmaLock() && FaultFlags.isOfUserMode(step.faultFlags());
    Hold hold = step.task().holdOf(step.mm());
    boolean inHold = hold != null && (step.op() == Op.HANDLE_MM_FAULT && !step.isUnderVmaLock() || step.op() == Op.VM_AREA_FREE);
    boolean odd = step.sample().mmSeq() % 2 != 0;
    String value = Integer.toUnsignedString(step.sample().mmSeq());
    if (odd && ofFault) {
      checks.brokenByValues("mm_lock_seq is %s, odd, in a fault under the mmap_lock held for reading".formatted(value));
    } else if (odd && hold != null && inHold && told.get(step.task()) != hold) {
      told.put(step.task(), hold); // which says it once
      checks.brokenByOverlap(hold, "mm_lock_seq is %s, odd, in the hands of a task that holds the mmap_lock for reading".formatted(value), seen(hold.acquired(), "takes the mmap_lock"));
    } else if (ofFault || inHold) {
      checks.held();
    }
  }

  private static void checkWriter(Step step, WriteSection section, Checks checks) {
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
