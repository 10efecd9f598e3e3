package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;

/** The lock that is a rw_semaphore and a flag, 6.4 to 6.14: include/linux/mm.h of 6.12 (docs/PROTOCOL.md, Read lock and Write lock). */
final class ConcurrentRwsemVmaLock extends SeqLocking {
  private final boolean testsAgain;

  ConcurrentRwsemVmaLock(Variant variant) {
    super(variant);
    testsAgain = !variant.has(Mutant.M6);
  }

  /** lock_vma_under_rcu() tests the detached flag; here it is the last step of getting the lock. */
  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    task.step(StepId.VM_LOCK_SEQ);
    if (isLocked(mm, vma)) {
      return REFUSED;
    }
    task.step(StepId.DOWN_READ_TRYLOCK);
    if (!vma.lock().tryRead(task)) {
      return REFUSED;
    }
    if (testsAgain) {
      task.step(StepId.VM_LOCK_SEQ_AGAIN);
      if (vma.lockSeq() == mm.lockSeqAcquire()) {
        return up(task, vma, REFUSED);
      }
    }
    task.step(StepId.DETACHED);
    return vma.detached ? up(task, vma, AGAIN) : GOT;
  }

  @Override
  public Vma make() {
    return new Vma();
  }

  private static int up(Task task, Vma vma, int why) {
    task.step(StepId.UP_READ);
    vma.lock().unlockRead(task);
    return why;
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    task.step(StepId.RCU_READ_LOCK);
    task.step(StepId.UP_READ);
    vma.lock().unlockRead(task);
    task.step(StepId.RCU_READ_UNLOCK);
  }

  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {
    task.step(StepId.VM_LOCK_SEQ);
    if (isLocked(mm, vma)) {
      return;
    }
    task.step(StepId.DOWN_WRITE);
    vma.lock().write(task);
    task.step(StepId.VM_LOCK_SEQ_SET);
    vma.lockSeq(mm.lockSeq());
    task.step(StepId.UP_WRITE);
    vma.lock().unlockWrite(task);
    task.writeLocks(vma);
  }

  @Override
  public void markAttached(Task task, Vma vma) {
    task.step(StepId.DETACHED);
    vma.detached = false;
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    task.detaches(vma);
    task.step(StepId.DETACHED);
    vma.detached = true;
  }
}
