package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Nothing ends one VMA write lock: a second __vma_start_write(), or samples where vma_end_write_all() has added one, show that it was lost. */
final class WriteLockLastsToSectionEnd extends Rule {
  private final PerVma<Locked> locked = new PerVma<>();

  WriteLockLastsToSectionEnd() {
    super(memorySafety("R31", "a VMA write lock lasts to the end of its write section").since("6.4")
        .on(Op.VMA_START_WRITE, Op.CHANGE_FLAGS, Op.CHANGE_FLAGS_RET, Op.CHANGE_POLICY, Op.CHANGE_POLICY_RET, Op.USERFAULTFD_SET_CTX, Op.VMA_LINK, Op.REMOVE_VMA, Op.VM_AREA_FREE)
        .relyingOn(Fact.WRITE_SECTION, Fact.VMA_WRITE_LOCKED).sources("include/linux/mmap_lock.h vma_start_write(), vma_end_write_all()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    var section = step.task().sectionOf(step.mm());
    if (vma == null || section == null) {
      return;
    }
    if (step.op() != Op.VMA_START_WRITE) {
      numbersOf(vma, section, step, checks);
      return;
    }
    boolean isLocked = step.sample().hasRefcnt() && step.sample().hasSeqs() && step.sample().lockSeq() == step.sample().mmSeq();
    boolean isNew = step.sample().hasLockSeq() && step.sample().lockSeq() == Sample.NEVER_LOCKED; // made anew in the section, unseen
    if (!isNew && vma.isWriteLockedIn(section)) {
      checks.kind("locked-again");
      checks.broken(
          "__vma_start_write() of a VMA that was write-locked earlier in the same section",
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(vma.writeLocked(), "the VMA is write-locked"));
    } else if (isLocked) {
      checks.broken(
          "__vma_start_write() of a VMA that is write-locked: vm_lock_seq and mm_lock_seq are both %s".formatted(Integer.toUnsignedString(step.sample().mmSeq())),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    } else {
      checks.held();
    }
  }

  private void numbersOf(VmaState vma, WriteSection section, Step step, Checks checks) {
    Sample sample = step.sample();
    if (!sample.hasSeqs()) {
      return;
    }
    Locked before = locked.get(vma);
    int ended = sample.mmSeq() - sample.lockSeq();
    if (before == null || before.section != section || before.lockSeq != sample.lockSeq()) {
      locked.put(vma, ended == 0 ? new Locked(section, sample.lockSeq(), step.moment().copy()) : null);
    } else if (ended == 0) {
      checks.held();
    } else if (ended == 1) {
      checks.kind("section-ended");
      checks.broken(
          "vm_lock_seq %s was mm_lock_seq, which has become %s: the write lock of the VMA has ended in the section"
              .formatted(Integer.toUnsignedString(sample.lockSeq()), Integer.toUnsignedString(sample.mmSeq())),
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(before.at, "vm_lock_seq is mm_lock_seq: the VMA is write-locked"));
    }
  }

  /** When a VMA was first seen to be write-locked by its numbers in a section. */
  private record Locked(WriteSection section, int lockSeq, Moment at) {}
}
