package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Nothing ends one VMA write lock, and the out-of-line __vma_start_write() runs only if there is none yet: a second one means that the lock was lost. */
final class WriteLockLastsToSectionEnd extends Rule {
  WriteLockLastsToSectionEnd() {
    super(memorySafety("R31", "a VMA write lock lasts to the end of its write section").since("6.15").on(Op.VMA_START_WRITE)
        .relyingOn(Fact.WRITE_SECTION, Fact.VMA_WRITE_LOCKED).sources("include/linux/mmap_lock.h vma_start_write(), vma_end_write_all()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    var section = step.task().sectionOf(step.mm());
    if (vma == null || section == null) {
      return;
    }
    boolean isNew = step.sample().hasLockSeq() && step.sample().lockSeq() == Sample.NEVER_LOCKED; // made anew in the section, unseen
    if (!isNew && vma.isWriteLockedIn(section)) {
      checks.broken(
          "__vma_start_write() of a VMA that was write-locked earlier in the same section",
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(vma.writeLocked(), "the VMA is write-locked"));
    } else {
      checks.held();
    }
  }
}
