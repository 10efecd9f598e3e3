package io.vmatrace.checker.engine;

/** How an operation passes its VMA, its range and its list to an operation that it calls. */
public final class Frames {
  private Frames() {}

  public static void same(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.vma;
    to.first = from.first;
    to.last = from.last;
  }

  static void sameList(Frame from, Frame to) {
    same(from, to);
    to.vmas.addAll(from.vmas);
  }

  /** The current VMA of the list. */
  static void listed(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.listed();
  }

  /** The other VMA. */
  static void other(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.other;
  }

  /** Puts the VMAs that lie in the range on the list. */
  static void list(Frame f) {
    f.vmas.clear();
    f.i = 0;
    for (MapleTree.Slot<VmAreaStruct> slot : f.mm().tree.slots()) {
      if (slot.first() >= f.first && slot.last() <= f.last) {
        f.vmas.add(slot.vma());
      }
    }
  }
}
