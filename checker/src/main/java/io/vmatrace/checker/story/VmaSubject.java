package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import org.jspecify.annotations.Nullable;

/** A VMA, in all its lives, and whatever lies in its range at the time. */
final class VmaSubject implements Subject {
  private final long address;
  private final Values values;
  private @Nullable VmaState known;

  VmaSubject(long address, Values values) {
    this.address = address;
    this.values = values;
  }

  @Override
  public boolean concerns(Step step) {
    VmaState vma = step.vma();
    if (isVma(vma)) {
      known = vma;
      return true;
    }
    return isVma(step.other()) || isVma(step.removed()) || concernsItsRange(step);
  }

  private boolean concernsItsRange(Step step) {
    MmState mm = step.mm();
    if (mm == null) {
      return false;
    }
    return switch (step.op()) {
      case PAGE_FAULT, LOCK_VMA_UNDER_RCU -> covers(mm, new PageRange(step.address(), step.address()));
      case MAS_STORE, MAS_ERASE, VMS_GATHER_MUNMAP_VMAS, VMS_GATHER_MUNMAP_VMAS_RET, VMS_COMPLETE_MUNMAP_VMAS -> covers(mm, step.range());
      case EXIT_MMAP -> known != null && known.mm() == mm && known.life() != Life.FREED;
      default -> false;
    };
  }

  private boolean covers(MmState mm, PageRange range) {
    for (VmaTree.Range held : mm.tree().within(range)) {
      if (isVma(held.vma())) {
        return true;
      }
    }
    VmaState vma = known;
    boolean untold = range.first() < range.last() || mm.tree().find(range.first()) == null;
    return untold && vma != null && vma.mm() == mm && vma.life() != Life.FREED && values.overlaps(vma, range);
  }

  @Override
  public boolean isAbout(VmaState vma) {
    return isVma(vma);
  }

  @Override
  public boolean isVma(@Nullable VmaState vma) {
    return vma != null && vma.address() == address;
  }

  @Override
  public boolean tellsValuesOf(VmaState vma) {
    return isVma(vma);
  }

  @Override
  public void forget() {
    known = null;
  }
}
