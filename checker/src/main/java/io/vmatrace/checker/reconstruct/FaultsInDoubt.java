package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.MmState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Faults of one task that are over, whose path depends on what was being recorded: what the task does later may show it. */
final class FaultsInDoubt {
  /** So many of one task are kept; more are unresolved. */
  static final int MOST = 1 << 14;

  /** Room for so many stays. */
  private static final int FEW = 4;

  // one for all that are empty: each task has several of these, and a capture very many tasks
  private static final long[] NO_LONGS = {};
  private static final int[] NO_INTS = {};
  private static final boolean[] NO_FLAGS = {};
  private static final @Nullable MmState[] NO_MMS = {};

  private long[] ats = NO_LONGS;
  private long[] addresses = NO_LONGS;
  private long[] ends = NO_LONGS;
  private @Nullable MmState[] mms = NO_MMS;
  private int[] cpus = NO_INTS;
  private long[] lookUpsBefore = NO_LONGS;
  private boolean[] shown = NO_FLAGS;
  private boolean[] doubted = NO_FLAGS;
  private boolean[] lockedByCalls = NO_FLAGS;
  private int size;

  /** So many, the first ones, are kept to the end. */
  private int kept;

  /**
   * Keeps a fault; false when there are too many.
   *
   * @param end the time at which it was over
   */
  boolean add(Fault fault, long end) {
    if (size == MOST) {
      return false;
    }
    makeRoom();
    ats[size] = fault.at;
    addresses[size] = fault.address;
    ends[size] = end;
    cpus[size] = fault.cpu;
    lookUpsBefore[size] = fault.lookUpBefore;
    shown[size] = false;
    doubted[size] = fault.sleptBefore;
    lockedByCalls[size] = fault.lockedByCall;
    mms[size++] = fault.mm;
    return true;
  }

  /** Keeps one of others; false when there are too many. */
  boolean add(FaultsInDoubt others, int i) {
    if (size == MOST) {
      return false;
    }
    makeRoom();
    others.copy(i, this, size++);
    return true;
  }

  private void makeRoom() {
    if (size == ats.length) {
      int room = Math.max(FEW, size * 2);
      ats = Arrays.copyOf(ats, room);
      addresses = Arrays.copyOf(addresses, room);
      ends = Arrays.copyOf(ends, room);
      mms = Arrays.copyOf(mms, room);
      cpus = Arrays.copyOf(cpus, room);
      lookUpsBefore = Arrays.copyOf(lookUpsBefore, room);
      shown = Arrays.copyOf(shown, room);
      doubted = Arrays.copyOf(doubted, room);
      lockedByCalls = Arrays.copyOf(lockedByCalls, room);
    }
  }

  private void copy(int i, FaultsInDoubt to, int j) {
    to.ats[j] = ats[i];
    to.addresses[j] = addresses[i];
    to.ends[j] = ends[i];
    to.cpus[j] = cpus[i];
    to.lookUpsBefore[j] = lookUpsBefore[i];
    to.shown[j] = shown[i];
    to.doubted[j] = doubted[i];
    to.lockedByCalls[j] = lockedByCalls[i];
    to.mms[j] = mms[i];
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

  /** Whether its address is one that system calls are given too. */
  boolean isAtBeginOfPage(int i) {
    return Fault.isBeginOfPage(addresses[i]);
  }

  long end(int i) {
    return ends[i];
  }

  /** The CPU on which it had the mmap_lock; -1 when that is not known. */
  int cpu(int i) {
    return cpus[i];
  }

  /** When a look-up was seen last before it asked for the mmap_lock. */
  long lookUpBefore(int i) {
    return lookUpsBefore[i];
  }

  /** Whether look-ups of its task on its CPU showed to be recorded, before it and after it. */
  boolean isShown(int i) {
    return shown[i];
  }

  /** They did. */
  void show(int i) {
    shown[i] = true;
  }

  /** Why one that was served under the VMA lock went that way. */
  FaultReason vmaLockReason(int i) {
    return lockedByCalls[i] ? FaultReason.VMA_LOCKED : FaultReason.VMA_LOCKED_ANON_VMA;
  }

  @Nullable MmState mm(int i) {
    return mms[i];
  }

  /** Whether it slept before that, or others like it looked their addresses up: where look-ups may have been off it may have too. */
  boolean isDoubted(int i) {
    return doubted[i];
  }

  void doubt(int i) {
    doubted[i] = true;
  }

  /** How many, the first ones, are kept to the end. */
  int kept() {
    return kept;
  }

  /** Keeps one to the end. */
  void keep(int i) {
    copy(i, this, kept++);
  }

  /** So many stay kept. */
  void keepFirst(int n) {
    kept = n;
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
      lookUpsBefore = new long[0];
      shown = new boolean[0];
      doubted = new boolean[0];
      lockedByCalls = new boolean[0];
    }
  }
}
