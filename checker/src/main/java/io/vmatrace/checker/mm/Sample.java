package io.vmatrace.checker.mm;

/**
 * The values that a probe read from a VMA, one after another and without any lock, so a record may straddle a change
 * (protocol.md 3.5). Each is there or not.
 */
public final class Sample {
  /** VM_REFCNT_EXCLUDE_READERS_FLAG, VMA_LOCK_OFFSET before 7.0: include/linux/mm_types.h. */
  public static final int EXCLUDE_READERS = 1 << 30;

  /** vm_lock_seq of a VMA that was never write-locked: vma_lock_init(), include/linux/mmap_lock.h. */
  public static final int NEVER_LOCKED = -1;

  private static final int REFCNT = 1;
  private static final int LOCK_SEQ = 2;
  private static final int MM_SEQ = 4;
  private static final int RANGE = 8;
  private static final int DETACHED = 16;

  private int has;
  private int refcnt;
  private int lockSeq;
  private int mmSeq;
  private boolean detached;
  private long start;
  private long end;

  public void clear() {
    has = 0;
  }

  public void refcnt(int value) {
    refcnt = value;
    has |= REFCNT;
  }

  public void lockSeq(int value) {
    lockSeq = value;
    has |= LOCK_SEQ;
  }

  public void mmSeq(int value) {
    mmSeq = value;
    has |= MM_SEQ;
  }

  public void detached(boolean value) {
    detached = value;
    has |= DETACHED;
  }

  public void range(long start, long end) {
    this.start = start;
    this.end = end;
    has |= RANGE;
  }

  public boolean hasRefcnt() {
    return (has & REFCNT) != 0;
  }

  public boolean hasLockSeq() {
    return (has & LOCK_SEQ) != 0;
  }

  public boolean hasMmSeq() {
    return (has & MM_SEQ) != 0;
  }

  public boolean hasSeqs() {
    return (has & (LOCK_SEQ | MM_SEQ)) == (LOCK_SEQ | MM_SEQ);
  }

  public boolean hasRange() {
    return (has & RANGE) != 0;
  }

  public boolean hasDetached() {
    return (has & DETACHED) != 0;
  }

  /** Whether any value but the range is there: the difference between evidence levels E1 and E2. */
  public boolean hasValues() {
    return (has & (REFCNT | LOCK_SEQ | MM_SEQ | DETACHED)) != 0;
  }

  /** vm_refcnt (6.15 on). */
  public int refcnt() {
    return refcnt;
  }

  /** vm_lock_seq. */
  public int lockSeq() {
    return lockSeq;
  }

  /** mm_lock_seq of the VMA's mm. */
  public int mmSeq() {
    return mmSeq;
  }

  /** The detached flag (to 6.14). */
  public boolean detached() {
    return detached;
  }

  public long start() {
    return start;
  }

  public long end() {
    return end;
  }
}
