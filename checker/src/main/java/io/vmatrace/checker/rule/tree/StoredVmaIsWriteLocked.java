package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A VMA that is in the tree is stored over another range by a merge, an expansion or a growing stack: readers find it while it changes. One that is made
 * anew in its place, unseen, is write-locked before it is stored; R38 is about those that were seen to be made.
 */
final class StoredVmaIsWriteLocked extends Rule {
  /** The write section in which a VMA was stored last: one store may show by two events. */
  private final PerVma<WriteSection> stored = new PerVma<>();

  StoredVmaIsWriteLocked() {
    super(memorySafety("R48", "a stored VMA is write-locked").since("6.15").on(Op.MAS_STORE)
        .relyingOn(Fact.WRITE_SECTION, Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.VMA_NOT_WRITE_LOCKED)
        .sources("mm/vma.h vma_iter_store_overwrite(): vma_assert_attached() (6.15)", "mm/vma.c commit_merge(), vma_expand(), expand_downwards() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    WriteSection section = step.task().sectionOf(step.mm());
    if (vma == null || section == null) {
      return;
    }
    boolean again = stored.get(vma) == section;
    if (!again) {
      stored.put(vma, section);
    }
    if (again || vma.life() != Life.ATTACHED || vma.ranges() == 0 || vma.mm() != step.mm()) {
      return;
    }
    if (vma.isWriteLockedIn(section)) {
      checks.held();
    } else if (vma.isNotWriteLockedIn(section)) {
      checks.absent("__vma_start_write()");
      checks.broken(
          "a VMA that was in the tree is stored over %s, and this write section shows no __vma_start_write() of it".formatted(step.range()),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    }
  }
}
