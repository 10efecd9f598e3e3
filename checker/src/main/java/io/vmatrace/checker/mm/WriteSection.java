package io.vmatrace.checker.mm;

/**
 * One write section of an mm: from the return of the write lock to its release or downgrade. VMA write locks taken in it all end
 * with it (vma_end_write_all(), include/linux/mmap_lock.h).
 */
public interface WriteSection {
  MmState mm();

  TaskState task();

  Moment acquired();

  /** The release or downgrade; unset while the section is open. */
  Moment ended();

  boolean isOpen();

  /** Whether its holder read the same mm_lock_seq at or before a place in the capture and at or after it: no section ended in between. */
  boolean isOneAround(long at);
}
