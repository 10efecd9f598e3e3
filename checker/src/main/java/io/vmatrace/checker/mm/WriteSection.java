package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.List;

/**
 * One write section of an mm: from the return of the write lock to its release or downgrade. VMA write locks taken in it all end
 * with it (vma_end_write_all(), include/linux/mmap_lock.h).
 */
public final class WriteSection {
  private final MmState mm;
  private final TaskState task;
  private final Moment acquired;
  private final Moment ended = new Moment();
  private final List<VmaState> detached = new ArrayList<>(0);

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

  /** A VMA was marked detached in it. */
  public void detach(VmaState vma) {
    detached.add(vma);
  }

  /**
   * The mmap_lock is released without a downgrade: what was detached and is not freed by now has been attached again, and no event
   * says so (mm/vma.c vms_abort_munmap_vmas(), 6.15 to 7.3: the store of a munmap found no memory).
   */
  void reattach() {
    for (VmaState vma : detached) {
      if (vma.life() == VmaState.Life.DETACHED && vma.detached().at() > acquired.at()) {
        vma.forget();
      }
    }
  }

  public boolean isOpen() {
    return !ended.known();
  }
}
