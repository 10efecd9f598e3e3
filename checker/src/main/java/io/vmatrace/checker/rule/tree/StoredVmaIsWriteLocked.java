package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A VMA that is in the tree is stored over another range by a merge, an expansion or a growing stack: readers find it while it changes. R38 is about new ones. */
final class StoredVmaIsWriteLocked extends Rule {
  StoredVmaIsWriteLocked() {
    super(memorySafety("R48", "a stored VMA is write-locked").since("6.15").on(Op.MAS_STORE)
        .relyingOn(Fact.WRITE_SECTION, Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.VMA_NOT_WRITE_LOCKED)
        .sources("mm/vma.h vma_iter_store_overwrite(): vma_assert_attached() (6.15)", "mm/vma.c commit_merge(), vma_expand(), expand_downwards() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    WriteSection section = step.task().sectionOf(step.mm());
    if (vma == null || section == null || vma.life() != Life.ATTACHED || !wasInTree(step, vma, section)) {
      return;
    }
    if (vma.isWriteLockedIn(section)) {
      checks.held();
    } else if (vma.isNotWriteLockedIn(section)) {
      checks.broken(
          "a VMA that was in the tree is stored over %s without having been write-locked".formatted(step.range()),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    }
  }

  private static boolean wasInTree(Step step, VmaState vma, WriteSection section) {
    for (VmaTree.Range range : section.mm().tree().within(step.range())) {
      if (range.vma() == vma && range.isThereSince(section.acquired())) {
        return true;
      }
    }
    return false;
  }
}
