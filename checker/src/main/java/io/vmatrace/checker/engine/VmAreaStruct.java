package io.vmatrace.checker.engine;

import org.jspecify.annotations.Nullable;

/** A vm_area_struct: memory of the slab, which stays one when it is freed. Which generation has which field: docs/PROTOCOL.md, Kernels. */
public final class VmAreaStruct {
  /** VMA_LOCK_OFFSET (6.15), VM_REFCNT_EXCLUDE_READERS_FLAG (7.0): include/linux/mm_types.h. */
  public static final int EXCLUDE_READERS = 1 << 30;

  /** VMA_REF_LIMIT, VM_REFCNT_LIMIT. */
  static final int REFCNT_LIMIT = EXCLUDE_READERS - 1;

  /** The first vm_lock_seq: no sequence number that an mm has inside a write section (vma_lock_init(), include/linux/mmap_lock.h). */
  static final int NO_SEQ = -1;

  final long address;
  @Nullable MmStruct mm;
  public long start;
  long end;
  int prot;
  public boolean anonVma;
  public int lockSeq = NO_SEQ;

  /** From 6.15 on. */
  public int refcnt;

  /** To 6.14. */
  public boolean detached;

  public final RwSemaphore lock = new RwSemaphore();

  /** Allocated, not freed. */
  boolean allocated;

  /** The task that has set the flag in {@link #refcnt} and not removed it yet; for the oracle. */
  @Nullable Sleeper excluder;

  /** Fork is copying its page table entries. */
  boolean copied;

  VmAreaStruct(long address) {
    this.address = address;
  }

  boolean covers(long at) {
    return start <= at && at < end;
  }

  /** The last address of the range. */
  long last() {
    return end - 1;
  }

  @Override
  public String toString() {
    return "vma 0x%x [0x%x, 0x%x) refcnt 0x%x seq %d".formatted(address, start, end, refcnt, lockSeq);
  }
}
