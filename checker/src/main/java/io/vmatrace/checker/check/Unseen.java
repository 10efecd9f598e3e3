package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Sights;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.Op;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a VMA is not seen to do, on which a verdict rests: that it was write-locked, or detached. A filter may hide that, by its address or by its
 * range; what is read of its vm_lock_seq or vm_refcnt later tells that it was not write-locked, or that it was: then only where
 * it has write locks both before and after, or its address detaches, is there none that a filter would be a reason for.
 */
final class Unseen {
  private final Sights sights;
  private final Silences.Kind kind;
  private final long start;
  private final long end;

  /** How many write locks of it, or detaches at its address, were recorded before. */
  private final int before;

  private boolean isProved;
  private boolean isDisproved;

  private Unseen(Sights sights, Silences.Kind kind, long start, long end) {
    this.sights = sights;
    this.kind = kind;
    this.start = start;
    this.end = end;
    before = shown();
  }

  /** Null where the verdict rests on nothing of the sort. */
  static @Nullable Unseen of(Step step, Set<Fact> restsOn, @Nullable MmState mm, @Nullable VmaState vma) {
    boolean isLock = restsOn.contains(Fact.VMA_NOT_WRITE_LOCKED);
    if (vma == null || !isLock && !restsOn.contains(Fact.VMA_NOT_DETACHED)) {
      return null;
    }
    PageRange range = rangeOf(step, mm, vma);
    Unseen unseen = new Unseen(vma.sights(), isLock ? Silences.Kind.VMA_WRITE_LOCKED : Silences.Kind.VMA_DETACHED, range.first(), range.last() + 1);
    WriteSection section = step.task().sectionOf(mm);
    if (isLock && section != null && !restsOn.contains(Fact.VMA_GONE)) { // of one that is freed again it says nothing
      vma.sights().tell((_, read) -> read.hasLockSeq() && unseen.isDecidedBy(read.lockSeq(), section));
    } else if (!isLock) {
      vma.sights().tell(unseen::isDecidedByRefcnt);
    }
    return unseen;
  }

  /** The range that a VMA had before the step: as the tree has it, else as it was read last; else that of the step. */
  private static PageRange rangeOf(Step step, @Nullable MmState mm, VmaState vma) {
    if (mm != null) {
      for (VmaTree.Range range : mm.tree().within(step.range())) {
        if (range.vma() == vma && !range.isOfOneBefore()) {
          return new PageRange(range.first(), range.last());
        }
      }
    }
    VmaTree.Range known = mm == null ? null : mm.tree().find(vma.sights().start());
    if (known != null && known.vma() == vma) {
      return new PageRange(known.first(), known.last());
    }
    return vma.sights().end() > 0 ? new PageRange(vma.sights().start(), vma.sights().end() - 1) : step.range();
  }

  private boolean isDecidedBy(int lockSeq, WriteSection section) {
    isProved = section.isLaterThan(lockSeq);
    isDisproved = section.isOf(lockSeq);
    return isProved || isDisproved || section.isNotOf(lockSeq);
  }

  /** Whether a probe reads vm_refcnt, which is 0 where it was detached; where a munmap has failed it is attached again, and not freed. */
  private boolean isDecidedByRefcnt(Op op, Sample read) {
    if (!read.hasRefcnt()) {
      return false;
    }
    isDisproved = read.refcnt() == 0;
    isProved = !isDisproved && (op == Op.REMOVE_VMA || op == Op.VM_AREA_FREE);
    return true;
  }

  /** Whether what was read of the VMA proves it so far. */
  boolean isProved() {
    return isProved;
  }

  private int shown() {
    return kind == Silences.Kind.VMA_WRITE_LOCKED ? sights.writeLocksShown() : sights.detachesShown();
  }

  /** Whether the VMA may have done it all the same. */
  boolean isPossible(Set<Fact> unrecorded, Silences silences) {
    if (isProved) {
      return false;
    }
    if (isDisproved && (before == 0 || shown() == before)) {
      return true;
    }
    boolean isKindShown = kind == Silences.Kind.VMA_WRITE_LOCKED ? sights.isWriteLockShown() : shown() > 0;
    return !sights.any() || !isKindShown || !silences.isRangeShown(kind, start, end) || unrecorded.contains(kind == Silences.Kind.VMA_WRITE_LOCKED ? Fact.VMA_NOT_WRITE_LOCKED : Fact.VMA_NOT_DETACHED);
  }
}
