package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * The slab gives an address out once. Only the holder of the mmap_lock for writing frees VMAs of its mm, so what a write section made is
 * there until that task frees it, as mremap() and mprotect() may before they make another. What an earlier section made may be gone unseen:
 * by an event filter, or (to 6.14) by an exit.
 */
final class NotAllocatedTwice extends Rule {
  NotAllocatedTwice() {
    super(memorySafety("R61", "a VMA is not allocated twice with no free between, nor freed twice").since("6.4").on(Op.VM_AREA_ALLOC, Op.VM_AREA_DUP, Op.VM_AREA_FREE)
        .relyingOn(Fact.VMA_MADE_IN_SECTION, Fact.VMA_NOT_FREED, Fact.WRITE_SECTION, Fact.MMAP_LOCK_HELD, Fact.FORKING)
        .sources("kernel/fork.c vm_area_alloc(), vm_area_dup() (to 6.15)", "mm/vma_init.c vm_area_alloc(), vm_area_dup(), vm_area_free() (6.16)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    if (vma != null && vma == step.other()) {
      checks.brokenByValues("vm_area_dup() returned the VMA that it copies");
      return;
    }
    if (vma == null || vma.life() == Life.UNKNOWN) {
      return;
    }
    if (step.op() == Op.VM_AREA_FREE) {
      checkFree(step, vma, checks);
      return;
    }
    if (vma.life() == Life.FREED) {
      checks.held();
      return;
    }
    if (vma.mm() == null || !vma.allocated().surelyBefore(step.moment())) {
      return;
    }
    String function = step.op() == Op.VM_AREA_ALLOC ? "vm_area_alloc()" : "vm_area_dup()";
    var section = step.task().innermostSection();
    if (section != null && section.mm() == vma.mm() && section.acquired().surelyBefore(vma.allocated())) {
      checks.about(vma.mm(), vma);
      if (step.task().forkParent() != null) {
        checks.restingOn(Fact.VMA_MADE_IN_SECTION, Fact.WRITE_SECTION, Fact.FORKING); // dup_mmap() frees a copy only where it gives up
      }
      checks.broken(
          function + " returned the address of a VMA that this write section has allocated and not freed",
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(vma.allocated(), "the VMA is allocated"));
    } else if (vma.mm() == step.mm()) {
      checks.suspect(function + " returned the address of a VMA of this mm that was not seen to be freed", seen(vma.allocated(), "the VMA is allocated"));
    }
  }

  /**
   * What was allocated anew shows by a return, which a probe may miss; but what is in a tree was write-locked too, whose entry would show
   * that the VMA is another ({@link VmaState#life}). Both may be in a hole of the capture, but hardly inside of one hold.
   */
  private static void checkFree(Step step, VmaState vma, Checks checks) {
    if (vma.life() != Life.FREED || !vma.freed().surelyBefore(step.moment()) || !step.sample().hasSeqs()) {
      return;
    }
    checks.about(step.mm(), vma);
    Hold hold = step.task().holdOf(step.mm());
    if (step.sample().lockSeq() == Sample.NEVER_LOCKED || hold == null || !hold.acquired().surelyBefore(vma.freed())) {
      checks.suspect("vm_area_free() of a VMA that was freed before, and that was not seen to be allocated again", seen(vma.freed(), "the VMA is freed"));
      return;
    }
    checks.restingOn(Fact.VMA_NOT_WRITE_LOCKED, Fact.VMA_GONE, Fact.MMAP_LOCK_HELD);
    checks.broken(
        "vm_area_free() frees a VMA a second time: vm_lock_seq %s is that of a write lock, and no VMA at that address was write-locked since the first time"
            .formatted(Integer.toUnsignedString(step.sample().lockSeq())),
        seen(hold.acquired(), "takes the mmap_lock"),
        seen(vma.freed(), "the VMA is freed"));
  }
}
