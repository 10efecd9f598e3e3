package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** vma_start_write() copies mm_lock_seq, which is stable only for the task that holds the mmap_lock of the VMA's mm for writing. */
final class WriteLockUnderMmapLock extends Rule {
  /** The hold for writing in which another task has write-locked a VMA. */
  private final PerMm<Hold> told = new PerMm<>();

  WriteLockUnderMmapLock() {
    super(memorySafety("R29", "a VMA is write-locked only under its mm's mmap_lock held for writing").since("6.15").on(Op.VMA_START_WRITE).orByValues()
        .relyingOn(Fact.WRITE_SECTION, Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE)
        .sources("include/linux/mmap_lock.h __is_vma_write_locked(), vma_start_write()", "Documentation/mm/process_addrs.rst"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    var mm = step.mm();
    if (sample.hasRefcnt() && sample.hasMmSeq() && sample.mmSeq() % 2 == 0) {
      boolean holds = mm != null && step.task().sectionOf(mm) != null;
      checks.kind(holds ? "section-not-open" : "");
      checks.brokenByValues(
          "__vma_start_write() while mm_lock_seq is %s, even: %s"
              .formatted(
                  Integer.toUnsignedString(sample.mmSeq()),
                  holds
                      ? "the task holds the mmap_lock for writing, and its write section has not begun or is over"
                      : "nobody holds the mmap_lock for writing"));
    } else if (mm != null && step.task().sectionOf(mm) != null) {
      checks.held();
    } else if (mm != null) {
      checkUnheld(step, mm, checks);
    }
  }

  private void checkUnheld(Step step, MmState mm, Checks checks) {
    WriteSection section = mm.section();
    Hold writer = section == null || !section.isOpen() || section.task() == step.task() ? null : section.task().holdOf(mm);
    if (writer != null && writer != told.get(mm) && writer.acquired().surelyBefore(step.moment())) {
      told.put(mm, writer);
      checks.brokenByOverlap(
          writer,
          "__vma_start_write() by a task that cannot hold the mmap_lock for writing: task %d does".formatted(writer.task().pid()),
          seen(writer.acquired(), "takes the mmap_lock for writing"));
    } else if (step.task().isHoldsKnown()) {
      var hold = step.task().holdOf(mm);
      checks.brokenForWantOf(
          Absence.ACQUISITION,
          "__vma_start_write() by a task that %s".formatted(hold == null ? "does not hold the mmap_lock" : "holds the mmap_lock for reading"),
          seen(step.task().inUserModeAt(), "is in user mode, where a task holds nothing"));
    }
  }
}
