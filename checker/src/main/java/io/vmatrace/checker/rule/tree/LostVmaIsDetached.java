package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * What leaves the tree is detached and freed before the mmap_lock is released. Which range was its last is told by the tree as rebuilt, and
 * that it was freed by an event that may be missing: a hint and no proof.
 */
final class LostVmaIsDetached extends Rule {
  private final PerMm<Losses> losses = new PerMm<>();

  LostVmaIsDetached() {
    super(memorySafety("R54", "what loses its last range in the tree is detached in that section").onlyPossible().since("6.4")
        .on(Op.MAS_STORE, Op.MAS_ERASE, Op.VMS_COMPLETE_MUNMAP_VMAS, Op.MMAP_WRITE_UNLOCK, Op.MMAP_READ_UNLOCK).needs(Op.VM_AREA_FREE)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.VMA_GONE)
        .sources("mm/vma.c vms_complete_munmap_vmas(), vma_complete() (6.12)", "mm/mmap.c do_vmi_align_munmap(), vma_complete() (to 6.10)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    Hold hold = mm == null ? null : step.task().holdOf(mm);
    if (mm == null || hold == null || hold.section() == null) {
      return;
    }
    if (step.op() == Op.MMAP_WRITE_UNLOCK || step.op() == Op.MMAP_READ_UNLOCK) {
      released(mm, hold, checks);
    } else {
      lost(step, mm, hold);
    }
  }

  private void lost(Step step, MmState mm, Hold hold) {
    for (VmaTree.Range range : mm.tree().within(step.range())) {
      VmaState vma = range.vma();
      boolean last = vma != null && vma.ranges() == 1 && step.range().covers(new PageRange(range.first(), range.last()));
      if (vma != null && last && vma != step.vma() && vma.life() == Life.ATTACHED && !range.isOfOneBefore()) {
        of(mm, hold).vmas.add(new Lost(vma, vma.incarnation(), step.moment().copy()));
      }
    }
  }

  private Losses of(MmState mm, Hold hold) {
    Losses of = losses.get(mm);
    if (of == null || of.hold != hold) {
      of = new Losses(hold, new ArrayList<>());
      losses.put(mm, of);
    }
    return of;
  }

  private void released(MmState mm, Hold hold, Checks checks) {
    Losses of = losses.get(mm);
    if (of == null || of.hold != hold) {
      return;
    }
    losses.put(mm, null);
    for (Lost lost : of.vmas) {
      if (lost.isStillAttached()) {
        checks.about(mm, lost.vma);
        checks.suspect(
            "a VMA that has lost its last range in the tree is neither detached nor freed when the mmap_lock is released",
            seen(hold.acquired(), "takes the mmap_lock for writing"),
            seen(lost.at, "its last range is taken out of the tree"));
        return;
      }
    }
    if (!of.vmas.isEmpty()) {
      checks.held();
    }
  }

  /** A VMA that has lost its last range. */
  private record Lost(VmaState vma, int incarnation, Moment at) {
    boolean isStillAttached() {
      return vma.incarnation() == incarnation && vma.life() == Life.ATTACHED && vma.ranges() == 0;
    }
  }

  /** Those of one hold of the mmap_lock. */
  private record Losses(Hold hold, List<Lost> vmas) {}
}
