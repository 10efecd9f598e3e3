package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An mm's VMA tree, as the reconstruction keeps it. */
final class KnownTree implements VmaTree {
  /** Top of the key space: addresses are compared as signed numbers, and user space lies below this on every 64-bit machine. */
  static final long TOP = Long.MAX_VALUE;

  /** One stored range; {@code vma} is null for a known gap. */
  private static final class KnownRange extends RangeIndex.Entry implements Range {
    private long last;
    private @Nullable KnownVma vma;
    private long storedAt;
    private boolean gathered;

    KnownRange(long first, long last, @Nullable KnownVma vma, long storedAt) {
      super(first);
      this.last = last;
      this.vma = vma;
      this.storedAt = storedAt;
    }

    @Override
    public long last() {
      return last;
    }

    @Override
    public @Nullable KnownVma vma() {
      return vma;
    }

    @Override
    public long storedAt() {
      return storedAt;
    }
  }

  private final RangeIndex<KnownRange> ranges = new RangeIndex<>();
  private @Nullable List<VmaState> departed;

  @Override
  public void watch(List<VmaState> list) {
    departed = list;
  }

  /** Everything becomes a known gap: the tree of a new mm. */
  void becomeEmpty(long at) {
    forget();
    ranges.add(new KnownRange(0, TOP, null, at));
  }

  /** What its VMAs are is unknown from now on, and so is the tree; what has become another mm's since is left alone. */
  void forgetVmas(KnownMm owner) {
    for (KnownRange range : ranges.all()) {
      if (range.vma != null && range.vma.mm() == owner) {
        range.vma.forget();
      }
    }
    forget();
  }

  /** Everything becomes unknown. */
  void forget() {
    for (KnownRange range : ranges.all()) {
      leave(range);
    }
    ranges.clear();
  }

  /** What is in [first, last] becomes unknown. */
  void forget(long first, long last) {
    cut(ranges.floor(first), first, last);
  }

  @Override
  public @Nullable Range find(long address) {
    return at(address);
  }

  private @Nullable KnownRange at(long address) {
    KnownRange range = ranges.floor(address);
    return range != null && range.last >= address ? range : null;
  }

  /** Puts a VMA, or a gap when null, over [first, last]; what it covers in part keeps the rest. */
  void store(long first, long last, @Nullable KnownVma vma, long at) {
    KnownRange left = ranges.floor(first);
    if (left != null && left.first() == first && left.last >= last) {
      replaceStart(left, last, vma, at);
      return;
    }
    cut(left, first, last);
    KnownRange range = new KnownRange(first, last, vma, at);
    ranges.add(range);
    enter(range);
  }

  /** Stores over the beginning of a range, or all of it. */
  private void replaceStart(KnownRange range, long last, @Nullable KnownVma vma, long at) {
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
  void gather(long first, long last) {
    for (KnownRange range : within(first, last)) {
      range.gathered = range.vma != null;
    }
  }

  /** Makes gaps of the ranges within [first, last] that a munmap gathered. */
  void eraseGathered(long first, long last, long at) {
    eraseIf(first, last, at, true, Long.MAX_VALUE);
  }

  /** Makes gaps of the parts of ranges in [first, last] that hold a VMA stored no later than {@code upTo} in the capture. */
  void eraseStoredUpTo(long first, long last, long upTo, long at) {
    eraseIf(first, last, at, false, upTo);
  }

  @Override
  public List<? extends Range> within(PageRange range) {
    return within(range.first(), range.last());
  }

  /** Whether a range that holds a VMA lies wholly in [first, last]. */
  boolean holdsVmaWithin(long first, long last) {
    for (KnownRange range = ranges.ceiling(first); range != null && range.last <= last; range = ranges.ceiling(range.last + 1)) {
      if (range.vma != null) {
        return true;
      }
    }
    return false;
  }

  private List<KnownRange> within(long first, long last) {
    List<KnownRange> found = new ArrayList<>();
    for (KnownRange next = firstWithin(first); next != null && next.first() <= last; next = ranges.ceiling(next.first() + 1)) {
      found.add(next);
    }
    return found;
  }

  private @Nullable KnownRange firstWithin(long first) {
    KnownRange range = at(first);
    return range != null ? range : ranges.ceiling(first);
  }

  private void eraseIf(long first, long last, long at, boolean gatheredOnly, long upTo) {
    for (KnownRange range = firstWithin(first); range != null && range.first() <= last; ) {
      long end = Math.min(last, range.last);
      if (range.vma != null && range.storedAt <= upTo && (range.gathered || !gatheredOnly)) {
        store(Math.max(first, range.first()), end, null, at);
      }
      range = end == last ? null : ranges.ceiling(end + 1);
    }
  }

  /**
   * Takes [first, last] out of every range.
   *
   * @param left the range that begins at {@code first} or last before it; null for none
   */
  private void cut(@Nullable KnownRange left, long first, long last) {
    if (left != null && left.first() < first && left.last >= first) {
      if (left.last > last) {
        putRest(left, last + 1);
      }
      left.last = first - 1;
    }
    for (KnownRange range = ranges.ceiling(first); range != null && range.first() <= last; range = ranges.ceiling(first)) {
      ranges.remove(range);
      leave(range);
      if (range.last > last) {
        putRest(range, last + 1);
      }
    }
  }

  private void putRest(KnownRange range, long first) {
    KnownRange rest = new KnownRange(first, range.last, range.vma, range.storedAt);
    rest.gathered = range.gathered;
    ranges.add(rest);
    enter(rest);
  }

  private static void enter(KnownRange range) {
    if (range.vma != null) {
      range.vma.rangesChanged(1);
    }
  }

  private void leave(KnownRange range) {
    KnownVma vma = range.vma;
    if (vma == null) {
      return;
    }
    vma.rangesChanged(-1);
    if (departed != null && vma.ranges() == 0) {
      departed.add(vma);
    }
  }
}
