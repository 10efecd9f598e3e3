package io.vmatrace.checker.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Page table entries: whether there is one for a page. A real address space has too many, so pages far apart share an
 * entry; pages within 64 MiB do not.
 */
final class PageTable {
  private static final int PAGE_SHIFT = 12;
  private static final int ENTRIES = 1 << 14;

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);

  /** Eight bytes each, as in a kernel, so that as many share a cache line. */
  private final long[] entries = new long[ENTRIES];

  private static int entry(long address) {
    return (int) (address >>> PAGE_SHIFT) & ENTRIES - 1;
  }

  void set(long address) {
    ENTRY.setOpaque(entries, entry(address), 1L);
  }

  /** Clears those from first to last (inclusive). */
  void zap(long first, long last) {
    for (int left = pages(first, last), i = entry(first); left > 0; left--, i = i + 1 & ENTRIES - 1) {
      ENTRY.setOpaque(entries, i, 0L);
    }
  }

  /** Whether there is any from first to last (inclusive). */
  boolean isAny(long first, long last) {
    for (int left = pages(first, last), i = entry(first); left > 0; left--, i = i + 1 & ENTRIES - 1) {
      if ((long) ENTRY.getOpaque(entries, i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Copies those of another table from first to last (inclusive). */
  void copy(PageTable from, long first, long last) {
    for (int left = pages(first, last), i = entry(first); left > 0; left--, i = i + 1 & ENTRIES - 1) {
      ENTRY.setOpaque(entries, i, (long) ENTRY.getOpaque(from.entries, i));
    }
  }

  /** Moves those from first to last (inclusive) to the begin of another range. */
  void move(long first, long last, long to) {
    for (int left = pages(first, last), i = entry(first), j = entry(to); left > 0; left--, i = i + 1 & ENTRIES - 1, j = j + 1 & ENTRIES - 1) {
      ENTRY.setOpaque(entries, j, (long) ENTRY.getOpaque(entries, i));
      ENTRY.setOpaque(entries, i, 0L);
    }
  }

  private static int pages(long first, long last) {
    return (int) Math.min(ENTRIES, (last >>> PAGE_SHIFT) - (first >>> PAGE_SHIFT) + 1);
  }
}
