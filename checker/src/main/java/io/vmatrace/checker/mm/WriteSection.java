package io.vmatrace.checker.mm;

/**
 * One write section of an mm: from the return of the write lock to its release or downgrade. VMA write locks taken in it all end
 * with it (vma_end_write_all(), include/linux/mmap_lock.h).
 */
public final class WriteSection {
  private final MmState mm;
  private final TaskState task;
  private final Moment acquired;
  private final Moment ended = new Moment();

  WriteSection(MmState mm, TaskState task, Moment acquired) {
    this.mm = mm;
    this.task = task;
    this.acquired = acquired;
  }

  public MmState mm() {
    return mm;
  }

  public TaskState task() {
    return task;
  }

  public Moment acquired() {
    return acquired;
  }

  /** The release or downgrade; unset while the section is open. */
  public Moment ended() {
    return ended;
  }

  public boolean isOpen() {
    return !ended.known();
  }
}
