package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * Whoever takes part of its range from a VMA, as a split does, or all of it, has write-locked it; munmap has detached it too. Which VMA was in
 * that range is told by stores, which not every change of the tree shows: only where the section has copied that VMA, as a split does, is it
 * certain.
 */
final class OverwrittenVmaIsLocked extends Rule {
  /** The write section in which a VMA was copied last. */
  private final PerVma<WriteSection> copied = new PerVma<>();

  OverwrittenVmaIsLocked() {
    super(memorySafety("R53", "a store over part of a VMA needs that VMA write-locked or detached").since("6.15").on(Op.MAS_STORE, Op.MAS_ERASE, Op.VM_AREA_DUP)
        .relyingOn(Fact.WRITE_SECTION, Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.VMA_NOT_WRITE_LOCKED, Fact.FORKING)
        .sources("mm/vma.c __split_vma(), vma_shrink(), commit_merge(), vms_gather_munmap_vmas() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    WriteSection section = step.task().sectionOf(step.mm());
    if (section == null) {
      return;
    }
    if (step.op() == Op.VM_AREA_DUP) {
      VmaState original = step.other();
      if (original != null && step.task().forkParent() == null) {
        copied.put(original, section);
      }
      return;
    }
    for (VmaTree.Range range : section.mm().tree().within(step.range())) {
      VmaState vma = range.vma();
      if (vma != null && vma != step.vma() && range.isThereSince(section.acquired()) && vma.life() == Life.ATTACHED && vma.mm() == section.mm()) {
        judge(step, section, vma, checks);
        return;
      }
    }
  }

  private void judge(Step step, WriteSection section, VmaState vma, Checks checks) {
    if (vma.isWriteLockedIn(section)) {
      checks.held();
      return;
    }
    if (!vma.isNotWriteLockedIn(section)) {
      return;
    }
    String message = "%s in the tree %s a VMA of which this write section shows no __vma_start_write()"
        .formatted(step.range(), step.op() == Op.MAS_ERASE ? "is cleared, and holds" : "goes to another VMA, and holds");
    Evidence taken = seen(section.acquired(), "takes the mmap_lock for writing");
    checks.about(section.mm(), vma);
    checks.absent("__vma_start_write()");
    if (copied.get(vma) == section) {
      checks.broken(message, taken);
    } else {
      checks.suspect(message, taken);
    }
  }
}
