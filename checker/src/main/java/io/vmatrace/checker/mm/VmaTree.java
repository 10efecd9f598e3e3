package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of mm->mm_mt: which VMA each range holds. A range with no VMA is a known gap; what no range covers is unknown, and
 * so is everything in the tree of an mm that was met in the middle of its life.
 */
public final class VmaTree {
  /** Top of the key space: addresses are compared as signed numbers, and user space lies below this on every 64-bit machine. */
  public static final long TOP = Long.MAX_VALUE;

  /** One stored range, first and last byte; {@code vma} is null for a known gap. */
  public static final class Range {
    private final long first;
    private long last;
    private @Nullable VmaState vma;
    private long storedAt;
    private boolean gathered;

    Range(long first, long last, @Nullable VmaState vma, long storedAt) {
      this.first = first;
      this.last = last;
      this.vma = vma;
      this.storedAt = storedAt;
    }

    public long first() {
      return first;
    }

    public long last() {
      return last;
    }

    /** The VMA there, or null where nothing is. */
    public @Nullable VmaState vma() {
      return vma;
    }

    /** Where in the capture it was stored. */
    public long storedAt() {
      return storedAt;
    }
  }

  private final RangeIndex ranges = new RangeIndex();
  private @Nullable List<VmaState> departed;

  /** Has every VMA that leaves its last range added to a list from now on; it may be back in another by the time it is looked at. */
  public void watch(List<VmaState> list) {
    departed = list;
  }

  /** Everything becomes a known gap: the tree of a new mm. */
  public void becomeEmpty(long at) {
    forget();
    ranges.add(new Range(0, TOP, null, at));
  }

  /** Everything becomes unknown. */
  public void forget() {
    for (Range range : ranges.all()) {
      leave(range);
    }
    ranges.clear();
  }

  /** The range that holds an address, or null when what is there is not known. */
  public @Nullable Range find(long address) {
    Range range = ranges.floor(address);
    return range != null && range.last >= address ? range : null;
  }

  /** Puts a VMA, or a gap when null, over [first, last]; what it covers in part keeps the rest. */
  public void store(long first, long last, @Nullable VmaState vma, long at) {
    Range left = ranges.floor(first);
    if (left != null && left.first == first && left.last >= last) {
      replaceStart(left, last, vma, at);
      return;
    }
    if (left == null || left.last <= last) {
      cut(left, first, last);
    } else {
      putRest(left, last + 1);
      left.last = first - 1;
    }
    Range range = new Range(first, last, vma, at);
    ranges.add(range);
    enter(range);
  }

  /** Stores over the beginning of a range, or all of it. */
  private void replaceStart(Range range, long last, @Nullable VmaState vma, long at) {
    if (range.last > last) {
      putRest(range, last + 1);
    } else if (range.vma == vma) {
      return; // mas_store_prealloc and the mas_wr_* under it report one store twice
    }
    leave(range);
    range.last = last;
    range.vma = vma;
    range.storedAt = at;
    range.gathered = false;
    enter(range);
  }

  /** Marks the ranges that hold a VMA within [first, last] as gathered by a munmap. */
  public void gather(long first, long last) {
    for (Range range : within(first, last)) {
      range.gathered = range.vma != null;
    }
  }

  /** Makes gaps of the ranges within [first, last] that a munmap gathered. */
  public void eraseGathered(long first, long last, long at) {
    eraseIf(first, last, at, true, Long.MAX_VALUE);
  }

  /** Makes gaps of the parts of ranges in [first, last] that hold a VMA stored no later than {@code upTo} in the capture. */
  public void eraseStoredUpTo(long first, long last, long upTo, long at) {
    eraseIf(first, last, at, false, upTo);
  }

  /** The ranges that overlap [first, last], lowest first, as they are now. */
  public List<Range> within(long first, long last) {
    List<Range> found = new ArrayList<>();
    for (Range next = firstWithin(first); next != null && next.first <= last; next = ranges.ceiling(next.first + 1)) {
      found.add(next);
    }
    return found;
  }

  private @Nullable Range firstWithin(long first) {
    Range range = find(first);
    return range != null ? range : ranges.ceiling(first);
  }

  /** All known ranges, lowest first. */
  public List<Range> all() {
    return ranges.all();
  }

  private void eraseIf(long first, long last, long at, boolean gatheredOnly, long upTo) {
    for (Range range = firstWithin(first); range != null && range.first <= last; ) {
      long end = Math.min(last, range.last);
      if (range.vma != null && range.storedAt <= upTo && (range.gathered || !gatheredOnly)) {
        store(Math.max(first, range.first), end, null, at);
      }
      range = end == last ? null : ranges.ceiling(end + 1);
    }
  }

  /**
   * Takes [first, last] out of every range.
   *
   * @param left the range that begins at {@code first} or last before it, which does not end behind {@code last}; null for none
   */
  private void cut(@Nullable Range left, long first, long last) {
    if (left != null && left.first < first && left.last >= first) {
      left.last = first - 1;
    }
    for (Range range = ranges.ceiling(first); range != null && range.first <= last; range = ranges.ceiling(first)) {
      ranges.remove(range);
      leave(range);
      if (range.last > last) {
        putRest(range, last + 1);
      }
    }
  }

  private void putRest(Range range, long first) {
    Range rest = new Range(first, range.last, range.vma, range.storedAt);
    rest.gathered = range.gathered;
    ranges.add(rest);
    enter(rest);
  }

  private static void enter(Range range) {
    if (range.vma != null) {
      range.vma.rangesChanged(1);
    }
  }

  private void leave(Range range) {
    VmaState vma = range.vma;
    if (vma == null) {
      return;
    }
    vma.rangesChanged(-1);
    if (departed != null && vma.ranges() == 0) {
      departed.add(vma);
    }
  }
}
