package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A merge moves the border of one VMA over another, which goes away: it write-locks both before vma_prepare(). */
final class MergedVmasLocked extends Rule {
  MergedVmasLocked() {
    super(memorySafety("R77", "a merge write-locks the VMA that stays and the VMA that goes before it changes a range").since("6.15")
        .on(Op.VMA_PREPARE).relyingOn(Fact.WRITE_SECTION, Fact.VMA_NOT_WRITE_LOCKED)
        .sources("mm/vma.c vma_merge_existing_range(), vma_expand(), commit_merge() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState stays = step.vma();
    VmaState goes = step.removed();
    WriteSection section = step.task().sectionOf(step.mm());
    if (stays == null || goes == null || section == null) {
      return;
    }
    VmaState unlocked = stays.isNotWriteLockedIn(section) ? stays : goes.isNotWriteLockedIn(section) ? goes : null;
    if (unlocked != null) {
      checks.about(step.mm(), unlocked);
      checks.broken(
          "vma_prepare() of a merge, and the VMA that %s is not write-locked".formatted(unlocked == stays ? "stays" : "goes"),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    } else if (stays.isWriteLockedIn(section) && goes.isWriteLockedIn(section)) {
      checks.held();
    }
  }
}
