package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * A task's certain hold of an mm's mmap_lock: from the return of the acquiring call on. A hold that was downgraded is a read hold
 * whose write part, the {@link WriteSection}, has ended.
 */
public final class Hold {
  private final TaskState task;
  private final MmState mm;
  private final Moment acquired;
  private final @Nullable WriteSection section;
  private boolean downgraded;

  Hold(TaskState task, MmState mm, Moment acquired, @Nullable WriteSection section) {
    this.task = task;
    this.mm = mm;
    this.acquired = acquired;
    this.section = section;
  }

  public TaskState task() {
    return task;
  }

  public MmState mm() {
    return mm;
  }

  public Moment acquired() {
    return acquired;
  }

  /** The write section that this hold opened, still open or ended by a downgrade; null for a plain read hold. */
  public @Nullable WriteSection section() {
    return section;
  }

  public boolean isWrite() {
    return section != null && !downgraded;
  }

  public boolean isDowngraded() {
    return downgraded;
  }

  void downgrade() {
    downgraded = true;
  }
}
