package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A task that detaches a VMA takes it out of the tree, or attaches it again, in the same write section; nothing detached is split or merged. */
final class InTreeIsAttached extends Rule {
  InTreeIsAttached() {
    super(memorySafety("R51", "what was in the tree before the write section is attached when it is write-locked, and when it changes").since("6.15")
        .on(Op.VMA_START_WRITE, Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.CHANGE_FLAGS, Op.CHANGE_POLICY, Op.MOVE_PAGE_TABLES).byValues().orByValues().relyingOn(Fact.WRITE_SECTION, Fact.IN_TREE, Fact.VMA_ATTACHED)
        .sources("mm/vma.c vms_gather_munmap_vmas(), reattach_vmas(), __split_vma(), commit_merge() (6.15)", "mm/vma.h vma_iter_store_overwrite(): vma_assert_attached() (6.15)", "include/linux/mmap_lock.h vma_mark_detached(), its assertions (6.15)",
            "mm/mprotect.c mprotect_fixup(), mm/mlock.c mlock_fixup(), mm/mempolicy.c mbind_range(), mm/mremap.c move_page_tables(): they are given VMAs of the tree (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.VMA_START_WRITE) {
      checkLocked(step, checks);
    } else if (step.sample().hasRefcnt()) {
      checkChanged(step, checks);
    }
  }

  private static void checkChanged(Step step, Checks checks) {
    if (step.op() == Op.CHANGE_FLAGS && step.last() == 0) {
      return; // madvise(), which may come to a VMA without the mmap_lock
    }
    if (step.sample().refcnt() == 0) {
      checks.brokenByValues("%s a VMA that has vm_refcnt 0x0: it is not attached".formatted(verb(step.op())));
    } else {
      checks.held();
    }
  }

  private static String verb(Op op) {
    return switch (op) {
      case VMA_PREPARE -> "vma_prepare() changes";
      case VMA_COMPLETE -> "vma_complete() changes";
      case CHANGE_POLICY -> "mbind_range() changes";
      case MOVE_PAGE_TABLES -> "move_page_tables() moves pages out of";
      default -> "mprotect() or mlock() changes";
    };
  }

  private static void checkLocked(Step step, Checks checks) {
    var vma = step.vma();
    var section = step.task().sectionOf(step.mm());
    if (vma == null || section == null || !step.sample().hasRefcnt() || !step.sample().hasRange()) {
      return;
    }
    VmaTree.Range range = section.mm().tree().find(step.sample().start());
    boolean inTree = range != null && range.vma() == vma && range.isThereSince(section.acquired());
    if (!inTree || vma.life() != Life.ATTACHED) {
      return;
    }
    if (step.sample().refcnt() == 0 && step.sample().hasLockSeq() && step.sample().lockSeq() == Sample.NEVER_LOCKED) {
      return; // another one, made unseen where it was: what is in the tree was write-locked before
    }
    if (step.sample().refcnt() == 0) {
      checks.broken(
          "the VMA is in the tree since an earlier write section, and detached when __vma_start_write() comes to it",
          seen(section.acquired(), "takes the mmap_lock for writing"));
    } else {
      checks.held();
    }
  }
}
