package io.vmatrace.checker.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of mm_mt at one moment: ranges that do not overlap, in order. A store makes new nodes, and an RCU reader in
 * the old ones continues in them (lib/maple_tree.c: nodes are replaced and freed after a grace period, so no walk sees a torn range).
 */
public final class MapleTree<V> {
  /** The last page: addresses here are pages of 4096 bytes. */
  private static final long TOP = (1L << 52) - 1;

  private static final MapleTree<?> EMPTY = new MapleTree<>(List.of());

  /** A VMA and its range (inclusive). */
  record Slot<V>(long first, long last, V vma) {}

  private final List<Slot<V>> slots;


  private MapleTree(List<Slot<V>> slots) {
    this.slots = slots;
  }

  /** Without any VMA. */
  @SuppressWarnings("unchecked") // it holds none
  static <V> MapleTree<V> empty() {
    return (MapleTree<V>) EMPTY;
  }

  List<Slot<V>> slots() {
    return slots;
  }

  /** The VMA at an address, or null. */
  public @Nullable V load(long address) {
    Slot<V> slot = at(from(address));
    return slot != null && slot.first <= address ? slot.vma : null;
  }

  /** The range at an address or the first one after it, or null. */
  @Nullable Slot<V> find(long address) {
    return at(from(address));
  }

  /** The first address of the gap that an empty range is in. */
  long gapFirst(long first) {
    Slot<V> before = at(from(first) - 1);
    return before == null ? 0 : before.last + 1;
  }

  /** The last address of the gap that an empty range is in. */
  long gapLast(long last) {
    Slot<V> next = find(last);
    return next == null ? TOP : next.first - 1;
  }

  /** The tree with a VMA, or nothing, in a range. */
  public MapleTree<V> store(long first, long last, @Nullable V vma) {
    List<Slot<V>> stored = new ArrayList<>(slots.size() + 2);
    Slot<V> added = vma == null ? null : new Slot<>(first, last, vma);
    for (Slot<V> slot : slots) {
      if (slot.first < first) {
        stored.add(slot.last < first ? slot : new Slot<>(slot.first, first - 1, slot.vma));
      }
      if (added != null && slot.last >= first) {
        stored.add(added);
        added = null;
      }
      if (slot.last > last) {
        stored.add(slot.first > last ? slot : new Slot<>(last + 1, slot.last, slot.vma));
      }
    }
    if (added != null) {
      stored.add(added);
    }
    return new MapleTree<>(stored);
  }

  private @Nullable Slot<V> at(int i) {
    return i >= 0 && i < slots.size() ? slots.get(i) : null;
  }

  /** Index of the first range that does not end before an address. */
  private int from(long address) {
    int low = 0;
    int high = slots.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slots.get(middle).last < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
