package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Field;

/**
 * The values that a probe read from a VMA, one after another and without any lock, so a record may straddle a change. Each is there or not.
 */
public final class Sample {
  /** VM_REFCNT_EXCLUDE_READERS_FLAG, VMA_LOCK_OFFSET before 7.0: include/linux/mm_types.h. */
  public static final int EXCLUDE_READERS = 1 << 30;

  /** vm_lock_seq of a VMA that was never write-locked: vma_lock_init(), include/linux/mmap_lock.h. */
  public static final int NEVER_LOCKED = -1;

  private static final long RANGE = bit(Field.START) | bit(Field.END);
  private static final long SEQS = bit(Field.LOCK_SEQ) | bit(Field.MM_SEQ);
  private static final long VALUES = SEQS | bit(Field.REFCNT) | bit(Field.DETACHED);

  private final long[] values = new long[Field.values().length];
  private long has;

  public void clear() {
    has = 0;
  }

  /** Takes a value over. */
  public void put(Field field, long value) {
    values[field.ordinal()] = value;
    has |= bit(field);
  }

  public boolean has(Field field) {
    return (has & bit(field)) != 0;
  }

  /** The fields that are there: a bit for each, by its ordinal. */
  public long fields() {
    return has;
  }

  /** A value that is there, as its field says it. */
  public long value(Field field) {
    return values[field.ordinal()];
  }

  public boolean hasRefcnt() {
    return has(Field.REFCNT);
  }

  public boolean hasLockSeq() {
    return has(Field.LOCK_SEQ);
  }

  public boolean hasMmSeq() {
    return has(Field.MM_SEQ);
  }

  public boolean hasSeqs() {
    return (has & SEQS) == SEQS;
  }

  public boolean hasRange() {
    return (has & RANGE) == RANGE;
  }

  public boolean hasDetached() {
    return has(Field.DETACHED);
  }

  /** Whether any value but the range is there: the difference between evidence levels E1 and E2. */
  public boolean hasValues() {
    return (has & VALUES) != 0;
  }

  /** vm_refcnt (6.15 on). */
  public int refcnt() {
    return (int) value(Field.REFCNT);
  }

  /** Whether vm_refcnt is there and has the flag that excludes readers; a saturated or negative one is no flag. */
  public boolean excludesReaders() {
    return hasRefcnt() && refcnt() > 0 && (refcnt() & EXCLUDE_READERS) != 0;
  }

  /** Whether a VMA that a fault has read-locked is attached too: both are counted, or (to 6.14) the detached flag is not set. */
  public boolean isAttachedUnderReader() {
    return hasRefcnt() ? refcnt() > 0 && (refcnt() & ~EXCLUDE_READERS) >= 2 : hasDetached() && !detached();
  }

  /** vm_lock_seq. */
  public int lockSeq() {
    return (int) value(Field.LOCK_SEQ);
  }

  /** mm_lock_seq of the VMA's mm. */
  public int mmSeq() {
    return (int) value(Field.MM_SEQ);
  }

  /** The detached flag (to 6.14). */
  public boolean detached() {
    return value(Field.DETACHED) != 0;
  }

  /** vm_start. */
  public long start() {
    return value(Field.START);
  }

  /** vm_end, one past the last byte. */
  public long end() {
    return value(Field.END);
  }

  private static long bit(Field field) {
    return 1L << field.ordinal();
  }
}
