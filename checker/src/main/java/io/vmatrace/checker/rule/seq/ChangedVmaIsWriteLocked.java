package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * What changes or removes a VMA that readers can find has write-locked it in the same write section: its vm_lock_seq is the section's
 * mm_lock_seq. A munmap() frees after its downgrade, which has added 1, and before anybody else can begin a section.
 */
final class ChangedVmaIsWriteLocked extends Rule {
  ChangedVmaIsWriteLocked() {
    super(memorySafety("R37", "a VMA that readers can find is changed or removed only after its write lock in that section").since("6.15")
        .on(Op.VMA_START_WRITE_RET, Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.VM_AREA_FREE, Op.VMA_MARK_DETACHED, Op.STORED_VMA).byValues().orByValues()
        .relyingOn(Fact.WRITE_SECTION, Fact.MM_SEQ, Fact.IN_START_WRITE)
        .sources("mm/vma.c vma_expand(), vma_shrink(), __split_vma(), commit_merge() (6.15)", "mm/vma.c vms_gather_munmap_vmas()", "mm/mmap.c exit_mmap()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || !step.sample().hasLockSeq()) {
      return;
    }
    if (step.op() == Op.VMA_START_WRITE_RET) {
      checkLocked(step, checks);
    } else if (step.op() == Op.VMA_MARK_DETACHED) {
      checkDetached(step.sample(), checks);
    } else if (step.op() == Op.VM_AREA_FREE) {
      checkFreed(step.sample(), checks);
    } else if (step.op() == Op.STORED_VMA) {
      checkStored(step, checks);
    } else if (step.sample().refcnt() != 0) {
      checkChanged(step, checks); // else it is new, and no reader can find it
    }
  }

  /** Until __vma_start_write() returns the VMA is not locked; it locks it once in a section, so an entry of the same mm_lock_seq is that of this return. */
  private static void checkLocked(Step step, Checks checks) {
    Sample sample = step.sample();
    var startWrite = step.task().startWrite();
    var before = startWrite.unlocked();
    if (before == null || startWrite.vma() != step.vma() || step.task().sectionOf(step.mm()) == null) {
      return;
    }
    if (!sample.hasMmSeq() || before.mmSeq() != sample.mmSeq() || !sample.hasRange() || sample.refcnt() == 0) {
      return;
    }
    if (before.start() == sample.start() && before.end() == sample.end()) {
      checks.held();
    } else {
      checks.kind("before-the-lock");
      checks.restingOn(Fact.WRITE_SECTION, Fact.IN_START_WRITE);
      checks.broken(
          "the range of a VMA changes from 0x%x-0x%x to 0x%x-0x%x while __vma_start_write() has not locked it".formatted(before.start(), before.end(), sample.start(), sample.end()),
          seen(startWrite.entered(), "the write lock is asked for"));
    }
  }

  /** vma_mark_detached() asserts that its VMA is write-locked (include/linux/mmap_lock.h, 6.15). */
  private static void checkDetached(Sample sample, Checks checks) {
    if (!sample.hasMmSeq() || sample.lockSeq() == sample.mmSeq()) {
      checks.held();
    } else {
      checks.brokenByValues("vma_mark_detached() detaches a VMA that " + isUnlocked(sample.lockSeq(), sample.mmSeq()));
    }
  }

  /** A store needs an attached VMA (mm/vma.h vma_iter_store_overwrite()), and an attach a write lock; fork attaches behind its store (mm.h vma_iter_bulk_store()). */
  private static void checkStored(Step step, Checks checks) {
    Sample sample = step.sample();
    if (sample.refcnt() == 0 || !sample.hasMmSeq()) {
      return;
    }
    if (sample.lockSeq() == sample.mmSeq()) {
      checks.held();
    } else {
      checks.brokenByValues("the tree gets a VMA that " + isUnlocked(sample.lockSeq(), sample.mmSeq()));
    }
  }

  private static void checkFreed(Sample sample, Checks checks) {
    if (!sample.hasMmSeq() || sample.lockSeq() == Sample.NEVER_LOCKED) {
      return;
    }
    int sections = sample.mmSeq() - sample.lockSeq();
    if (sections == 0 || sections == 1) {
      checks.held();
    } else {
      checks.brokenByValues("vm_area_free() frees a VMA that " + isUnlocked(sample.lockSeq(), sample.mmSeq()));
    }
  }

  /** The probes of vma_prepare() and vma_complete() read no mm_lock_seq: it is that of another probe in the same section. */
  private static void checkChanged(Step step, Checks checks) {
    MmState mm = step.mm();
    WriteSection section = step.task().sectionOf(mm);
    if (mm == null || section == null || !mm.isMmSeqKnown() || !mm.mmSeqSeen().surelyBetween(section.acquired(), step.moment())) {
      return;
    }
    int lockSeq = step.sample().lockSeq();
    if (lockSeq == mm.mmSeq()) {
      checks.held();
    } else {
      checks.broken(
          "%s a VMA that %s".formatted(step.op() == Op.VMA_PREPARE ? "vma_prepare() is to change" : "vma_complete() has changed", isUnlocked(lockSeq, mm.mmSeq())),
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(mm.mmSeqSeen(), "mm_lock_seq is read"));
    }
  }

  private static String isUnlocked(int lockSeq, int mmSeq) {
    return "is not write-locked: vm_lock_seq %s, mm_lock_seq %s".formatted(Integer.toUnsignedString(lockSeq), Integer.toUnsignedString(mmSeq));
  }
}
