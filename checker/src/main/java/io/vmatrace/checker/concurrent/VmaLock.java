package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Variant;

/** What every kind of VMA lock can do, and what it does at the begin and end of a write section. */
public abstract class VmaLock {
  /** The read lock is held. */
  static final int GOT = 1;

  /** The reader must take the mmap_lock. */
  static final int REFUSED = 0;

  /** The VMA is detached: the tree may have another one by now. */
  static final int AGAIN = -1;

  /** After the mmap_lock was taken. */
  abstract void begin(Task task, Mm mm);

  /** vma_end_write_all(): before the mmap_lock is released or downgraded. */
  abstract void endWriteAll(Task task, Mm mm);

  /** Inside an RCU read section that began before the VMA was found. */
  abstract int startRead(Task task, Mm mm, Vma vma, long address);

  abstract void endRead(Task task, Mm mm, Vma vma);

  /** Until {@link #endWriteAll}. */
  abstract void startWrite(Task task, Mm mm, Vma vma);

  /** The same, but SIGKILL ends the wait where the lock is killable (6.19 on); whether it is write-locked. */
  boolean startWriteKillable(Task task, Mm mm, Vma vma) {
    startWrite(task, mm, vma);
    return true;
  }

  /** Makes a VMA visible to readers. */
  abstract void markAttached(Task task, Vma vma);

  /** Detaches it, and waits for spurious readers. */
  abstract void markDetached(Task task, Mm mm, Vma vma);

  /** Memory for a VMA with such a lock. */
  public Vma make() {
    return new Vma(null);
  }

  static VmaLock of(Variant variant) {
    return switch (variant.generation()) {
      case MMAP_LOCK -> new NoVmaLock();
      case RWSEM -> new ConcurrentRwsemVmaLock(variant);
      case REFCOUNT, EXCLUDE_READERS ->
          variant.detach() == Variant.Detach.STOP_READERS ? new ConcurrentStoppedReaders() : new ConcurrentRefcountVmaLock(variant);
    };
  }
}
