package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.specs.MapleTreeEvents;

/** Stores in the tree of an mm, with their tracepoint: it shows the range and what is there now. */
final class TreeStores {
  private TreeStores() {}

  static void store(Frame f, long first, long last, VmAreaStruct vma) {
    f.machine().oracle.writes(f.task, f.mm());
    f.mm().tree = f.mm().tree.store(first, last, vma);
  }

  static void storeVma(Frame f) {
    store(f, f.vma().start, f.vma().last(), f.vma());
  }

  static void erase(Frame f) {
    f.machine().oracle.writes(f.task, f.mm());
    f.mm().tree = f.mm().tree.store(f.first, f.last, null);
  }

  static void erased(Frame f) {
    erased(f, f.first, f.last, f.vmas.size());
  }

  /** The tracepoint of a clear shows the whole resulting gap, and a clear of just one VMA's range shows none (docs/PROTOCOL.md, What misleads). */
  static void erased(Frame f, long first, long last, int slots) {
    long gapFirst = f.mm().tree.gapFirst(first);
    long gapLast = f.mm().tree.gapLast(last);
    if (slots > 1 || slots == 1 && (gapFirst < first || gapLast > last)) {
      f.machine().event(f, MapleTreeEvents.MA_WRITE, null, gapFirst, gapLast);
    }
  }

  static void stored(Frame f, VmAreaStruct vma) {
    f.machine().event(f, MapleTreeEvents.MA_WRITE, vma, vma.start, vma.last());
  }
}
