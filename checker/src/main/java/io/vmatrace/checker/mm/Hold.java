package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * A task's certain hold of an mm's mmap_lock: from the return of the acquiring call on. A hold that was downgraded is a read hold
 * whose write part, the {@link WriteSection}, has ended.
 */
public interface Hold {
  TaskState task();

  MmState mm();

  Moment acquired();

  /** The write section that this hold opened, still open or ended by a downgrade; null for a plain read hold. */
  @Nullable WriteSection section();

  /** Since when it is held as it is now: its acquisition, or its downgrade. */
  default Moment heldSince() {
    WriteSection section = section();
    return section != null && section.ended().known() ? section.ended() : acquired();
  }

  boolean isWrite();

  @Tells({Fact.DOWNGRADED, Fact.MMAP_LOCK_HELD})
  boolean isDowngraded();
}
