package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A look-up is refused by a writer, or where no VMA is. That none was there cannot be proved: tasks may be untraced, and a number that has
 * wrapped, or a VMA that is used again, refuses without one.
 */
final class FallbackHasCause extends Rule {
  FallbackHasCause() {
    super(performance("R95", "every look-up that is refused has a cause").onlyPossible().since("6.15").on(Op.VMA_START_READ_REFUSED).byValues()
        .needs(Op.VMA_START_WRITE)
        .relyingOn(Fact.IN_LOOK_UP, Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.WRITE_SECTION, Fact.VMA_NOT_WRITE_LOCKED, Fact.HOLDS_NOTHING_ELSE)
        .sources("mm/mmap_lock.c lock_vma_under_rcu(), vma_start_read() (6.18)", "include/linux/mmap_lock.h vma_start_read() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    Moment entered = step.task().read().entered();
    VmaTree.Range range = mm == null ? null : mm.tree().find(step.address());
    VmaState vma = range == null ? null : range.vma();
    WriteSection section = mm == null ? null : mm.section();
    if (range == null || section == null || !entered.known()) {
      return;
    }
    if (vma == null || section.isOpen() && vma.isWriteLockedIn(section)) {
      checks.held();
      return;
    }
    if (vma.life() != VmaState.Life.ATTACHED || !range.isThereSince(entered)) {
      return;
    }
    checks.about(mm, vma);
    if (section.isOpen() && section.acquired().surelyBefore(entered) && vma.isNotWriteLockedIn(section)) {
      checks.suspect("a look-up is refused, and the writer in the mm has not locked the VMA", seen(section.acquired(), "the writer takes the mmap_lock"), seen(entered, "the look-up begins"));
    } else if (isOver(section, entered)) {
      checks.suspect("a look-up is refused, and there is no writer in the mm", seen(section.ended(), "the last writer releases the mmap_lock"), seen(entered, "the look-up begins"));
    }
  }

  /** The release is logged before it is done: only what its task did in user mode after it shows that it is over. */
  private static boolean isOver(WriteSection section, Moment entered) {
    Moment inUserMode = section.task().inUserModeAt();
    return section.ended().known() && section.ended().surelyBefore(inUserMode) && inUserMode.surelyBefore(entered);
  }
}
