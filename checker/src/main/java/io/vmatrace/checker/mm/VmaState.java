package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one VMA. Identity is (address, incarnation): the slab hands the same address out again at once
 * (SLAB_TYPESAFE_BY_RCU, 6.15 on), also to another mm.
 */
public interface VmaState {
  /** Where a VMA is in its life. */
  enum Life {
    UNKNOWN,
    /** Allocated or copied, not yet seen in a tree. */
    ALLOCATED,
    /** Stored in its mm's tree. */
    ATTACHED,
    /** Marked detached: refcnt 0, or the detached flag set. */
    DETACHED,
    /** Given back to the slab (6.15 on), or queued for that (to 6.14). */
    FREED
  }

  long address();

  /** Counts the lives seen at this address. */
  int incarnation();

  @Tells({Fact.VMA_ALLOCATED, Fact.VMA_MADE_IN_SECTION, Fact.VMA_ATTACHED, Fact.VMA_GONE})
  Life life();

  /** The mm that it belongs to, or null when not known. */
  @Nullable MmState mm();

  /** The last write section in which it was certainly write-locked, open or ended; null when none was seen. */
  @Tells({Fact.VMA_WRITE_LOCKED, Fact.VMA_READ_LOCKED}) // what is read-locked is neither freed nor made anew
  @Nullable WriteSection section();

  /** When its last write lock was certainly held first: the return of __vma_start_write(). */
  Moment writeLocked();

  /** Whose write lock that was, also after it was freed; null when none was seen. */
  @Tells({Fact.VMA_WRITE_LOCKED, Fact.VMA_READ_LOCKED})
  @Nullable TaskState writer();

  /** When this incarnation was allocated or copied; unset when that was not seen. */
  Moment allocated();

  /** When it was certainly detached; unset unless {@link #life} says so. */
  @Tells(Fact.VMA_GONE)
  Moment detached();

  /** When it was freed; kept through the next incarnation's start, until that is seen to be allocated. */
  Moment freed();

  /** Whether it is certainly write-locked now, by the task that holds this section. */
  @Tells({Fact.VMA_WRITE_LOCKED, Fact.VMA_NOT_WRITE_LOCKED})
  boolean isWriteLockedIn(@Nullable WriteSection current);

  /** Whether it certainly was not write-locked in this section yet: no __vma_start_write() of it was even entered. */
  @Tells(Fact.VMA_NOT_WRITE_LOCKED)
  boolean isNotWriteLockedIn(WriteSection current);

  /** Whether probes have shown this incarnation, to be asked when the capture is over too. */
  Sights sights();

  /** The last place in the capture where its vm_lock_seq was read in this section, and it was not write-locked in it; 0 for none. */
  @Tells(Fact.VMA_NOT_WRITE_LOCKED)
  long readUnlockedAt(WriteSection current);

  /** How many ranges of its mm's reconstructed tree hold it. */
  @Tells(Fact.IN_TREE)
  int ranges();

  /** The task that was given it by a look-up, or began a fault in it, last: it may have left it. Null when there was none in this life. */
  @Nullable TaskState lastReader();

  /** What observers keep about this incarnation; emptied with it. */
  Memory memory();
}
