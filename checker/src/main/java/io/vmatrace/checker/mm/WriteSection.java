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

  /**
   * The last place in the capture where its holder did what only a writer does, or freed what it had detached after a downgrade: the lock was held there;
   * 0 for none.
   */
  long shownUpTo();

  /** Whether its holder has read this mm_lock_seq in it. */
  boolean isOf(int seq);

  /** Whether its holder has read a later mm_lock_seq in it than this one: a vm_lock_seq that is that of an earlier section, or of none. */
  boolean isLaterThan(int seq);

  /** Whether this is the mm_lock_seq that it left at its end: no other section of the mm has ended since. */
  boolean isEndedAt(int seq);

  /** Whether its holder has read another mm_lock_seq in it. */
  boolean isNotOf(int seq);
}
