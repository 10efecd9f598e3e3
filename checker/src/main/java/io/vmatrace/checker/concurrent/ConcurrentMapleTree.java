package io.vmatrace.checker.concurrent;

import org.jspecify.annotations.Nullable;

/**
 * The nodes of mm_mt at one moment: ranges of user addresses that do not overlap, in order, as sorted arrays. A store makes new ones,
 * and a reader in the old ones continues in them; memory is returned when nobody can see it (the garbage collector is the
 * grace period).
 */
final class ConcurrentMapleTree {
  static final ConcurrentMapleTree EMPTY = new ConcurrentMapleTree(0, new long[0], new long[0], new Vma[0]);

  private final int size;
  private final long[] firsts;
  private final long[] lasts;
  private final Vma[] vmas;

  private ConcurrentMapleTree(int size, long[] firsts, long[] lasts, Vma[] vmas) {
    this.size = size;
    this.firsts = firsts;
    this.lasts = lasts;
    this.vmas = vmas;
  }

  int size() {
    return size;
  }

  long first(int slot) {
    return firsts[slot];
  }

  /** Inside the range. */
  long last(int slot) {
    return lasts[slot];
  }

  Vma vma(int slot) {
    return vmas[slot];
  }

  /** The VMA at an address, or null. */
  @Nullable Vma load(long address) {
    int slot = from(address);
    return slot < size && firsts[slot] <= address ? vmas[slot] : null;
  }

  /** The VMA at an address or the first one after it, or null. */
  @Nullable Vma find(long address) {
    int slot = from(address);
    return slot < size ? vmas[slot] : null;
  }

  /** Whether a range from first to last (inclusive) is empty. */
  boolean isFree(long first, long last) {
    int slot = from(first);
    return slot == size || firsts[slot] > last;
  }

  /** The first range that does not end before an address. */
  private int from(long address) {
    int low = 0;
    int high = size;
    for (int left = Integer.SIZE; low < high && left > 0; left--) { // counted, so that the JIT compiler polls for safepoints elsewhere
      int middle = (low + high) >>> 1;
      if (lasts[middle] < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The tree with a VMA, or nothing, in a range from first to last (inclusive). */
  ConcurrentMapleTree store(long first, long last, @Nullable Vma vma) {
    Copy copy = new Copy(size + 2);
    boolean added = vma == null;
    for (int i = 0; i < size; i++) {
      if (firsts[i] < first) {
        copy.add(firsts[i], Math.min(lasts[i], first - 1), vmas[i]);
      }
      if (!added && vma != null && lasts[i] >= first) {
        copy.add(first, last, vma);
        added = true;
      }
      if (lasts[i] > last) {
        copy.add(Math.max(firsts[i], last + 1), lasts[i], vmas[i]);
      }
    }
    if (!added && vma != null) {
      copy.add(first, last, vma);
    }
    return copy.tree();
  }

  private static final class Copy {
    private final long[] firsts;
    private final long[] lasts;
    private final Vma[] vmas;
    private int size;

    private Copy(int most) {
      firsts = new long[most];
      lasts = new long[most];
      vmas = new Vma[most];
    }

    private void add(long first, long last, Vma vma) {
      firsts[size] = first;
      lasts[size] = last;
      vmas[size++] = vma;
    }

    private ConcurrentMapleTree tree() {
      return new ConcurrentMapleTree(size, firsts, lasts, vmas);
    }
  }
}
