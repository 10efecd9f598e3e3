package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Sample;

/** The values that a probe has read from a VMA, as far as states have them, in nine bits; 0 for none. */
final class SeenValues {
  /** More references than the states of a followed VMA can have. */
  static final int MOST = 6;

  private static final int COUNT = 1;
  private static final int COUNT_BITS = 7;
  private static final int FLAG = 1 << 4;
  private static final int SEQS = 5;
  private static final int SAME = 1;
  private static final int DIFFERENT = 2;
  private static final int DETACHED = 7;

  /** The bits that {@code sees_count} looks at. */
  static final int COUNT_MASK = COUNT | COUNT_BITS << 1 | FLAG;

  /** The bits that {@code sees_seqs} looks at. */
  static final int SEQS_MASK = 3 << SEQS | 3 << DETACHED;

  private SeenValues() {}

  /** The values, or -1 where vm_refcnt is none that a state can have. */
  static int of(Sample sample) {
    int seen = 0;
    if (sample.hasRefcnt()) {
      int references = sample.refcnt() & ~Sample.EXCLUDE_READERS;
      if (references > MOST) {
        return -1;
      }
      seen = COUNT | references << 1 | ((sample.refcnt() & Sample.EXCLUDE_READERS) == 0 ? 0 : FLAG);
    }
    if (sample.hasSeqs()) {
      seen |= (sample.lockSeq() == sample.mmSeq() ? SAME : DIFFERENT) << SEQS;
    }
    if (sample.hasDetached()) {
      seen |= (sample.detached() ? SAME : DIFFERENT) << DETACHED;
    }
    return seen;
  }

  static boolean fitsCount(int seen, int references, int flag) {
    return (seen & COUNT) == 0 || (seen >> 1 & COUNT_BITS) == references && (seen & FLAG) != 0 == (flag != 0);
  }

  static boolean fitsSeqs(int seen, boolean same, boolean detached) {
    return fits(seen >> SEQS & 3, same) && fits(seen >> DETACHED & 3, detached);
  }

  private static boolean fits(int seen, boolean is) {
    return seen == 0 || seen == SAME == is;
  }
}
