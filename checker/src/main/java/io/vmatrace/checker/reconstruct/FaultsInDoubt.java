package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Faults of one task that are over, whose path depends on what was being recorded: what the task does later may show it. */
final class FaultsInDoubt {
  /** So many of one task are kept; more are unresolved. */
  static final int MOST = 1 << 14;

  /** Room for so many stays. */
  private static final int FEW = 8;

  private long[] ats = {};
  private long[] addresses = {};
  private long[] ends = {};
  private @Nullable MmState[] mms = {};
  private int[] cpus = {};
  private int size;

  /** So many, the first ones, are kept to the end. */
  private int kept;

  /**
   * Keeps a fault; false when there are too many.
   *
   * @param at where in the capture it began
   * @param end the time at which it was over
   * @param cpu the CPU on which it had the mmap_lock; -1 when that is not known
   */
  boolean add(long at, long address, @Nullable MmState mm, long end, int cpu) {
    if (size == MOST) {
      return false;
    }
    if (size == ats.length) {
      int room = Math.max(FEW, size * 2);
      ats = Arrays.copyOf(ats, room);
      addresses = Arrays.copyOf(addresses, room);
      ends = Arrays.copyOf(ends, room);
      mms = Arrays.copyOf(mms, room);
      cpus = Arrays.copyOf(cpus, room);
    }
    ats[size] = at;
    addresses[size] = address;
    ends[size] = end;
    cpus[size] = cpu;
    mms[size++] = mm;
    return true;
  }

  int size() {
    return size;
  }

  long at(int i) {
    return ats[i];
  }

  long address(int i) {
    return addresses[i];
  }

  long end(int i) {
    return ends[i];
  }

  int cpu(int i) {
    return cpus[i];
  }

  @Nullable MmState mm(int i) {
    return mms[i];
  }

  /** How many, the first ones, are kept to the end. */
  int kept() {
    return kept;
  }

  /** Keeps one to the end. */
  void keep(int i) {
    ats[kept] = ats[i];
    addresses[kept] = addresses[i];
    ends[kept] = ends[i];
    cpus[kept] = cpus[i];
    mms[kept++] = mms[i];
  }

  /** The end has come. */
  void keepNone() {
    kept = 0;
  }

  /** Only those that are kept stay. */
  void clearButKept() {
    if (size <= FEW || kept > 0) {
      Arrays.fill(mms, kept, size, null);
      size = kept;
    } else {
      size = 0;
      ats = new long[0];
      addresses = new long[0];
      ends = new long[0];
      mms = new @Nullable MmState[0];
      cpus = new int[0];
    }
  }
}
