package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * Whoever takes a VMA out of use does both in one write section: detaches it and takes it out of the tree, or attaches it again. So what has
 * been in the tree since an earlier section is attached when a writer comes to it, and it is not detached before it is write-locked.
 */
final class InTreeIsAttached implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R51",
          "what was in the tree before the write section is attached when it is write-locked",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/vma.c vms_gather_munmap_vmas(), reattach_vmas() (6.15)",
          "include/linux/mmap_lock.h vma_mark_detached(), its assertions (6.15)"),
          EnumSet.of(Op.VMA_START_WRITE),
          EnumSet.of(Op.VMA_START_WRITE, Op.MMAP_WRITE_LOCK, Op.MAS_STORE, Op.VM_AREA_ALLOC, Op.VM_AREA_DUP, Op.VM_AREA_FREE),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    WriteSection section = step.task().sectionOf(step.mm());
    if (vma == null || section == null || !step.sample().hasRefcnt() || !step.sample().hasRange()) {
      return;
    }
    VmaTree.Range range = section.mm().tree().find(step.sample().start());
    boolean inTree = range != null && range.vma() == vma && range.storedAt() < section.acquired().at();
    if (!inTree || vma.life() != VmaState.Life.ATTACHED) {
      return;
    }
    if (step.sample().refcnt() == 0) {
      checks.broken(
          "the VMA is in the tree since an earlier write section, and detached when __vma_start_write() comes to it",
          Evidence.of(section.acquired(), "takes the mmap_lock for writing"));
    } else {
      checks.held();
    }
  }
}
