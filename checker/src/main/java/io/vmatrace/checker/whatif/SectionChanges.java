package io.vmatrace.checker.whatif;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a write section does to the VMAs of its mm, read from its events. */
final class SectionChanges {
  /** What shows a step of the engine and nothing else. */
  private static final Set<EventKind> SHOWN =
      Set.of(
          WriteLockEvents.VMA_START_WRITE_RET,
          WriteLockEvents.VMA_MARK_DETACHED,
          WriteLockEvents.VMA_MARK_DETACHED_RET,
          WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH,
          WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET,
          MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS,
          VmaEvents.VM_AREA_FREE,
          MemoryEvents.EXIT_MMAP_EVENT);

  private static final int PAGE_SHIFT = 12;

  /** Pages (inclusive). */
  private record Range(long first, long last) {}

  private final List<VmaChange> acts = new ArrayList<>(0);

  /** VMAs made in it that are not in the tree yet. */
  private final Set<Long> fresh = new HashSet<>(0);

  /** Write-locked VMAs whose change is not known yet: the first page of each. */
  private final Map<Long, Long> writeLocked = new LinkedHashMap<>(0);

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
  boolean isFresh(long vma) {
    return fresh.contains(vma);
  }

  /** Whether VMAs were copied, and not only split. */
  boolean copies() {
    return copies;
  }

  /** All its changes; it is over. */
  List<VmaChange> acts() {
    flush();
    return List.copyOf(acts);
  }

  /** The next event inside the section; whether it shows a step of the engine. */
  boolean apply(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS) {
      gathers(range(events, i));
    } else if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET) {
      gathering = false;
      gathered = events.value(i, Field.RET) == 0 ? gathered : null;
    } else if (kind == VmaEvents.SPLIT_VMA) {
      splits(events.value(i, Field.ADDRESS) >>> PAGE_SHIFT, events.value(i, Field.FLAG) != 0);
    } else if (kind == VmaEvents.VM_AREA_ALLOC_RET || kind == MunmapEvents.EXPAND_DOWNWARDS) {
      fresh.add(events.value(i, Field.VMA));
      expanding = kind == MunmapEvents.EXPAND_DOWNWARDS;
    } else if (kind == VmaEvents.VM_AREA_DUP_RET) {
      copied(events.value(i, Field.VMA));
    } else if (kind == WriteLockEvents.VMA_START_WRITE) {
      writeLocks(events.value(i, Field.VMA), events.value(i, Field.START) >>> PAGE_SHIFT);
    } else if (kind == VmaEvents.VMA_PREPARE) {
      writeLocked.clear();
      clears = false;
      prepared = range(events, i);
    } else if (kind == VmaEvents.VMA_COMPLETE) {
      completes(range(events, i), events.value(i, Field.OTHER) != 0);
    } else if (kind == MapleTreeEvents.MA_WRITE) {
      return stores(range(events, i), events.value(i, Field.VMA));
    } else {
      return SHOWN.contains(kind);
    }
    return true;
  }

  private static Range range(EventBatch events, int i) {
    return new Range(events.value(i, Field.START) >>> PAGE_SHIFT, (events.value(i, Field.END) - 1) >>> PAGE_SHIFT);
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
      acts.add(new VmaChange(below ? VmaChange.Kind.SPLIT_BELOW : VmaChange.Kind.SPLIT_ABOVE, at, at, at));
    }
  }

  private void copied(long vma) {
    copies |= !splitting;
    if (!splitting) {
      fresh.add(vma);
    }
  }

  private void writeLocks(long vma, long at) {
    if (!gathering && !splitting && !fresh.contains(vma)) {
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
  private boolean stores(Range range, long vma) {
    if (range.equals(stored)) {
      return false;
    }
    stored = range;
    clears |= vma == 0;
    if (fresh.remove(vma) && range.first <= range.last) {
      put(new VmaChange(expanding ? VmaChange.Kind.EXTEND : VmaChange.Kind.MAP, expanding ? range.last : range.first, range.first, range.last));
    }
    return true;
  }

  /** A mapping that replaces what was gathered, or nothing. */
  private void put(VmaChange act) {
    if (gathered != null) {
      acts.add(new VmaChange(VmaChange.Kind.REPLACE, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
    acts.add(act);
  }

  private void flush() {
    flushWrites();
    if (gathered != null) {
      acts.add(new VmaChange(VmaChange.Kind.UNMAP, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
  }

  private void flushWrites() {
    writeLocked.values().forEach(at -> acts.add(new VmaChange(VmaChange.Kind.WRITE, at, at, at)));
    writeLocked.clear();
  }
}
