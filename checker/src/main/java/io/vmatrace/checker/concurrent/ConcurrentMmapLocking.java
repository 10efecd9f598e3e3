package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;

/** include/linux/mmap_lock.h: the mmap_lock and the write section (docs/PROTOCOL.md, Sequence numbers). */
final class ConcurrentMmapLocking {
  private final VmaLock vmaLock;
  private final boolean endsAtDowngrade;
  private final boolean endsLate;

  ConcurrentMmapLocking(Variant variant, VmaLock vmaLock) {
    this.vmaLock = vmaLock;
    endsAtDowngrade = !variant.has(Mutant.M10);
    endsLate = variant.has(Mutant.M11);
  }

  void writeLock(Task task, Mm mm) {
    task.step(StepId.DOWN_WRITE);
    mm.mmapLock.write(task);
    vmaLock.begin(task, mm);
  }

  /** mmap_write_lock_killable(): whether it got the lock; if not, SIGKILL came first. */
  boolean writeLockKillable(Task task, Mm mm) {
    task.step(StepId.DOWN_WRITE_KILLABLE);
    task.killable = true;
    boolean locked = mm.mmapLock.writeKillable(task);
    task.killable = false;
    if (locked) {
      vmaLock.begin(task, mm);
    }
    return locked;
  }

  void writeUnlock(Task task, Mm mm) {
    task.sectionEnds(mm);
    if (!endsLate) {
      vmaLock.endWriteAll(task, mm);
    }
    task.step(StepId.UP_WRITE);
    mm.mmapLock.unlockWrite(task);
    if (endsLate) {
      vmaLock.endWriteAll(task, mm);
    }
  }

  void downgrade(Task task, Mm mm) {
    task.sectionEnds(mm);
    if (endsAtDowngrade) {
      vmaLock.endWriteAll(task, mm);
    }
    task.step(StepId.DOWNGRADE_WRITE);
    mm.mmapLock.downgrade(task);
  }

  void readLock(Task task, Mm mm) {
    task.step(StepId.DOWN_READ);
    mm.mmapLock.read(task);
  }

  boolean readTrylock(Task task, Mm mm) {
    task.step(StepId.DOWN_READ_TRYLOCK);
    return mm.mmapLock.tryRead(task);
  }

  void readUnlock(Task task, Mm mm) {
    task.step(StepId.UP_READ);
    mm.mmapLock.unlockRead(task);
  }
}
