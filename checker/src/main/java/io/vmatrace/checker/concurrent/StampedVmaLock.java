package io.vmatrace.checker.concurrent;

import java.util.concurrent.locks.StampedLock;

/**
 * A baseline: a StampedLock in each VMA. A writer holds its locks until its write section ends. Memory is not used again, so a
 * reader need only check that its VMA was not detached before it got the lock.
 */
public final class StampedVmaLock extends VmaLock {
  private static final class StampedVma extends Vma {
    private final StampedLock stamped = new StampedLock();

    private StampedVma() {
      super(null);
    }
  }

  @Override
  public Vma make() {
    return new StampedVma();
  }

  private static StampedLock of(Vma vma) {
    return ((StampedVma) vma).stamped;
  }

  @Override
  public void begin(Task task, Mm mm) {}

  @Override
  public void endWriteAll(Task task, Mm mm) {
    for (int i = 0; i < task.writeLocked.size(); i++) {
      of(task.writeLocked.get(i)).tryUnlockWrite();
    }
    task.writeLocked.clear();
  }

  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    if (of(vma).tryReadLock() == 0) {
      return REFUSED;
    }
    if (vma.detached) {
      of(vma).tryUnlockRead();
      return AGAIN;
    }
    return GOT;
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    of(vma).tryUnlockRead();
  }

  /** Only the holder of the mmap_lock for writing comes here, so a VMA that is write-locked is locked by it. */
  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {
    if (!of(vma).isWriteLocked()) {
      of(vma).writeLock();
      task.writeLocked.add(vma);
    }
  }

  @Override
  public void markAttached(Task task, Vma vma) {
    vma.detached = false;
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    vma.detached = true;
  }
}
