package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;

/** The lock that is a rw_semaphore and a flag, 6.4 to 6.14: include/linux/mm.h of 6.12 (docs/PROTOCOL.md, Read lock and Write lock). */
final class ConcurrentRwsemVmaLock extends SeqLocking {
  private final boolean testsAgain;

  ConcurrentRwsemVmaLock(Variant variant) {
    super(variant);
    testsAgain = !variant.has(Mutant.M6);
  }

  /** The detached flag is looked at by lock_vma_under_rcu(); here it is the last step of getting the lock. */
  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    task.step("vm_lock_seq");
    if (isLocked(mm, vma)) {
      return REFUSED;
    }
    task.step("down_read_trylock");
    if (!vma.lock().tryRead(task)) {
      return REFUSED;
    }
    if (testsAgain) {
      task.step("vm_lock_seq_again");
      if (vma.lockSeq() == mm.lockSeqAcquire()) {
        return up(task, vma, REFUSED);
      }
    }
    task.step("detached");
    return vma.detached ? up(task, vma, AGAIN) : GOT;
  }

  @Override
  public Vma make() {
    return new Vma();
  }

  private static int up(Task task, Vma vma, int why) {
    task.step("up_read");
    vma.lock().unlockRead(task);
    return why;
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    task.step("rcu_read_lock");
    task.step("up_read");
    vma.lock().unlockRead(task);
    task.step("rcu_read_unlock");
  }

  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {
    task.step("vm_lock_seq");
    if (isLocked(mm, vma)) {
      return;
    }
    task.step("down_write");
    vma.lock().write(task);
    task.step("vm_lock_seq_set");
    vma.lockSeq(mm.lockSeq());
    task.step("up_write");
    vma.lock().unlockWrite(task);
    task.writeLocks(vma);
  }

  @Override
  public void markAttached(Task task, Vma vma) {
    task.step("detached");
    vma.detached = false;
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    task.detaches(vma);
    task.step("detached");
    vma.detached = true;
  }
}
