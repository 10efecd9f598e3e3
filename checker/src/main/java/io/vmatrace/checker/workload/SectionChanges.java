package io.vmatrace.checker.workload;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a write section does to the VMAs of its mm, read from its steps. */
final class SectionChanges {
  /** What shows a step of the engine and nothing else. */
  private static final Set<Op> SHOWN =
      EnumSet.of(
          Op.VMA_START_WRITE_RET,
          Op.VMA_MARK_DETACHED,
          Op.VMA_MARK_DETACHED_RET,
          Op.VMA_EXCLUDE_READERS_FOR_DETACH,
          Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET,
          Op.VMS_COMPLETE_MUNMAP_VMAS,
          Op.VM_AREA_FREE,
          Op.EXIT_MMAP);

  private static final int PAGE_SHIFT = 12;

  /** Pages (inclusive). */
  private record Range(long first, long last) {}

  private final List<VmaChange> changes = new ArrayList<>(0);

  /** VMAs made in it that are not in the tree yet. */
  private final Set<VmaState> fresh = new HashSet<>(0);

  /** Write-locked VMAs whose change is not known yet: the first page of each. */
  private final Map<VmaState, Long> writeLocked = new LinkedHashMap<>(0);

  private @Nullable Range gathered;
  private boolean gathering;
  private boolean splitting;
  private boolean expanding;

  /** Whether a range was cleared since the last vma_prepare(). */
  private boolean clears;

  private Range prepared = new Range(0, -1);
  private @Nullable Range stored;
  private boolean copies;

  /** Whether a VMA was made in it and is not in the tree yet. */
  boolean isFresh(VmaState vma) {
    return fresh.contains(vma);
  }

  /** Whether VMAs were copied, and not only split. */
  boolean copies() {
    return copies;
  }

  /** All its changes; it is over. */
  List<VmaChange> changes() {
    flush();
    return List.copyOf(changes);
  }

  /** The next step inside the section; whether the engine has it too. */
  boolean apply(Step step) {
    VmaState vma = step.vma();
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS -> gathers(pages(step.first(), step.last()));
      case VMS_GATHER_MUNMAP_VMAS_RET -> {
        gathering = false;
        gathered = step.ret() == 0 ? gathered : null;
      }
      case SPLIT_VMA -> splits(step.address() >>> PAGE_SHIFT, step.isNewBelow());
      case VM_AREA_ALLOC, EXPAND_DOWNWARDS -> made(vma, step.op() == Op.EXPAND_DOWNWARDS);
      case VM_AREA_DUP -> copied(vma);
      case VMA_START_WRITE -> writeLocks(vma, step.sample().start() >>> PAGE_SHIFT);
      case VMA_PREPARE -> {
        writeLocked.clear();
        clears = false;
        prepared = sampled(step);
      }
      case VMA_COMPLETE -> completes(sampled(step), step.other() != null);
      case MAS_STORE, MAS_ERASE -> {
        return stores(pages(step.first(), step.last()), vma);
      }
      default -> {
        return SHOWN.contains(step.op());
      }
    }
    return true;
  }

  private static Range sampled(Step step) {
    return pages(step.sample().start(), step.sample().end() - 1);
  }

  private static Range pages(long first, long last) {
    return new Range(first >>> PAGE_SHIFT, last >>> PAGE_SHIFT);
  }

  private void made(@Nullable VmaState vma, boolean expands) {
    if (vma != null) {
      fresh.add(vma);
    }
    expanding = expands;
  }

  private void gathers(Range range) {
    flush();
    gathered = range.first <= range.last ? range : null;
    gathering = true;
  }

  private void splits(long at, boolean below) {
    splitting = true;
    if (!gathering) {
      flushWrites();
      changes.add(new VmaChange(below ? VmaChange.Kind.SPLIT_BELOW : VmaChange.Kind.SPLIT_ABOVE, at, at, at));
    }
  }

  private void copied(@Nullable VmaState vma) {
    copies |= !splitting;
    if (!splitting && vma != null) {
      fresh.add(vma);
    }
  }

  private void writeLocks(@Nullable VmaState vma, long at) {
    if (vma != null && !gathering && !splitting && !fresh.contains(vma)) {
      writeLocked.put(vma, at);
    }
  }

  /**
   * A range that a VMA loses is unmapped if the tree was cleared there (mm/vma.c vma_shrink()), else its neighbour gets it: for the
   * neighbour after it, commit_merge() names the one that loses (6.13 to 7.3, vmg->__adjust_next_start).
   */
  private void completes(Range range, boolean inserts) {
    splitting = false;
    if (inserts || gathering) {
      return;
    }
    if (range.last < prepared.last) {
      put(loses(range.last + 1, prepared.last, prepared.last + 1));
    } else if (range.first > prepared.first) {
      put(loses(prepared.first, range.first - 1, prepared.first - 1));
    } else {
      put(new VmaChange(VmaChange.Kind.EXTEND, prepared.first, range.first, range.last));
    }
  }

  private VmaChange loses(long first, long last, long beside) {
    return clears ? new VmaChange(VmaChange.Kind.SHRINK, first, first, last) : new VmaChange(VmaChange.Kind.EXTEND, beside, first, last);
  }

  /**
   * False where it is the same store again, told by the function that does it. A VMA that grows downwards has no vma_prepare(), and its old
   * range ends where the new one does.
   */
  private boolean stores(Range range, @Nullable VmaState vma) {
    if (range.equals(stored)) {
      return false;
    }
    stored = range;
    clears |= vma == null;
    if (vma != null && fresh.remove(vma) && range.first <= range.last) {
      put(new VmaChange(expanding ? VmaChange.Kind.EXTEND : VmaChange.Kind.MAP, expanding ? range.last : range.first, range.first, range.last));
    }
    return true;
  }

  /** A mapping that replaces what was gathered, or nothing. */
  private void put(VmaChange change) {
    if (gathered != null) {
      changes.add(new VmaChange(VmaChange.Kind.REPLACE, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
    changes.add(change);
  }

  private void flush() {
    flushWrites();
    if (gathered != null) {
      changes.add(new VmaChange(VmaChange.Kind.UNMAP, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
  }

  private void flushWrites() {
    writeLocked.values().forEach(at -> changes.add(new VmaChange(VmaChange.Kind.WRITE, at, at, at)));
    writeLocked.clear();
  }
}
