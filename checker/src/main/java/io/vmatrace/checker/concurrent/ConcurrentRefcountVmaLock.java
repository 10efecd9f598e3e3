package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import org.jspecify.annotations.Nullable;

/**
 * The lock that is a reference count, from 6.15 on: include/linux/mmap_lock.h and mm/mmap_lock.c (docs/PROTOCOL.md, Read lock to
 * Detach). Orders are the kernel's (Memory order there), weakest first: opaque for relaxed, acquire, release.
 */
final class ConcurrentRefcountVmaLock extends SeqLocking {
  /** The outcome of excluding readers: the VMA is detached already; the writer is alone; SIGKILL came first. */
  private static final int DETACHED = 0;

  private static final int ENTERED = 1;
  private static final int KILLED = 2;

  private final boolean testsOwner;
  private final boolean testsAgain;
  private final boolean pins;
  private final boolean looksLate;
  private final boolean takesFlagBack;
  private final int limit;
  private final int lowestWake;
  private final Variant variant;

  ConcurrentRefcountVmaLock(Variant variant) {
    super(variant);
    this.variant = variant;
    testsOwner = variant.ownerTest() == Variant.OwnerTest.INSIDE && !variant.has(Mutant.M5);
    testsAgain = !variant.has(Mutant.M6);
    pins = !variant.has(Mutant.B14_NO_PIN);
    looksLate = variant.has(Mutant.B14_LATE_READ);
    takesFlagBack = !variant.has(Mutant.B17);
    limit = variant.has(Mutant.M7) ? Vma.EXCLUDE_READERS : Vma.REFCNT_LIMIT;
    lowestWake = variant.has(Mutant.M8) ? Vma.EXCLUDE_READERS + 1 : Vma.EXCLUDE_READERS;
  }

  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    task.step(StepId.VM_LOCK_SEQ);
    if (isLocked(mm, vma)) {
      return REFUSED;
    }
    task.step(StepId.REFCOUNT_INC);
    int got = increment(task, vma);
    if (got != GOT) {
      return got;
    }
    if (testsOwner) {
      task.step(StepId.VM_MM);
      if (vma.mm != mm) {
        return leaveForeign(task, vma);
      }
    }
    if (testsAgain) {
      task.step(StepId.VM_LOCK_SEQ_AGAIN);
      if (vma.lockSeq() == mm.lockSeqAcquire()) {
        put(task, vma);
        return REFUSED;
      }
    }
    return GOT;
  }

  /** __refcount_inc_not_zero_limited_acquire(), include/linux/refcount.h. */
  private int increment(Task task, Vma vma) {
    int seen = vma.refcnt();
    // neither 0 nor negative, and below the limit
    while (Integer.compareUnsigned(seen - 1, limit - 1) < 0) {
      int was = (int) Vma.REFCNT.compareAndExchangeAcquire(vma, seen, seen + 1);
      if (was == seen) {
        task.refcnt(vma, seen + 1);
        return GOT;
      }
      seen = was;
    }
    return seen == 0 ? AGAIN : REFUSED;
  }

  /** The reference keeps the VMA, and so its mm, until the put (mm/mmap_lock.c vma_start_read(), 6.17). */
  private int leaveForeign(Task task, Vma vma) {
    if (!pins) {
      put(task, vma);
      return REFUSED;
    }
    task.step(StepId.MMGRAB);
    Mm other = vma.mm;
    if (other != null) {
      other.count.increment();
    }
    put(task, vma);
    task.step(StepId.MMDROP);
    if (other != null) {
      other.count.decrement();
    }
    return REFUSED;
  }

  /** vma_refcount_put(): the VMA may be gone after the decrement. */
  private void put(Task task, Vma vma) {
    boolean late = looksLate;
    Mm mm = late ? null : owner(task, vma);
    task.step(StepId.REFCOUNT_DEC);
    // A release would do, but the JDK makes a loop of it; this is one instruction on x86, which orders as much as any.
    int left = (int) Vma.REFCNT.getAndAdd(vma, -1) - 1;
    task.refcnt(vma, left);
    if (late) {
      mm = owner(task, vma);
    }
    if (mustWake(left)) {
      wake(task, mm);
    }
  }

  private static @Nullable Mm owner(Task task, Vma vma) {
    task.step(StepId.VM_MM);
    return vma.mm;
  }

  private boolean mustWake(int left) {
    return left >= lowestWake && left <= Vma.EXCLUDE_READERS + 1;
  }

  private static void wake(Task task, @Nullable Mm mm) {
    task.step(StepId.RCUWAIT_WAKE_UP);
    if (mm != null) {
      task.wakes(mm);
      mm.rcuwaitWakeUp();
    }
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    put(task, vma);
  }

  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {
    startWrite(task, mm, vma, false);
  }

  @Override
  boolean startWriteKillable(Task task, Mm mm, Vma vma) {
    return startWrite(task, mm, vma, true);
  }

  private boolean startWrite(Task task, Mm mm, Vma vma, boolean killable) {
    task.step(StepId.VM_LOCK_SEQ);
    if (isLocked(mm, vma)) {
      return true;
    }
    int entered = enter(task, mm, vma, false, killable);
    if (entered == KILLED) {
      if (takesFlagBack) {
        exit(task, vma);
      }
      return false;
    }
    task.step(StepId.VM_LOCK_SEQ_SET);
    vma.lockSeq(mm.lockSeq());
    if (entered == ENTERED) {
      exit(task, vma);
    }
    task.writeLocks(vma);
    return true;
  }

  /** __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0). */
  private int enter(Task task, Mm mm, Vma vma, boolean detaching, boolean killable) {
    task.step(StepId.REFCOUNT_ADD);
    if (!addFlag(task, vma)) {
      return DETACHED;
    }
    task.step(StepId.PREPARE_TO_RCUWAIT);
    mm.prepareToRcuwait(task);
    int target = Vma.EXCLUDE_READERS + (detaching ? 0 : 1);
    boolean alone = isAloneAfter(task, vma, target, killable);
    if (!alone) {
      task.writerWaits++;
      alone = isAloneAtLast(task, vma, target, killable);
    }
    task.step(StepId.FINISH_RCUWAIT);
    mm.finishRcuwait();
    if (killable) {
      task.killable = false;
    }
    return alone ? ENTERED : KILLED;
  }

  private static boolean addFlag(Task task, Vma vma) {
    int seen = vma.refcnt();
    while (seen != 0) {
      int was = (int) Vma.REFCNT.compareAndExchange(vma, seen, seen + Vma.EXCLUDE_READERS);
      if (was == seen) {
        task.refcnt(vma, seen + Vma.EXCLUDE_READERS);
        return true;
      }
      seen = was;
    }
    return false;
  }

  /** False when SIGKILL came first. */
  private boolean isAloneAtLast(Task task, Vma vma, int target, boolean killable) {
    do {
      if (killable && isKilled(task)) {
        return false;
      }
      task.step(StepId.SCHEDULE);
      task.schedule();
    } while (!isAloneAfter(task, vma, target, killable));
    return true;
  }

  private static boolean isKilled(Task task) {
    task.step(StepId.SIGNAL_PENDING_STATE);
    return task.killed;
  }

  /** The fence comes before the read: a reader that leaves after it sees the waiter. M20 swaps the two. */
  private boolean isAloneAfter(Task task, Vma vma, int target, boolean killable) {
    if (variant.has(Mutant.M20)) {
      task.step(StepId.REFCNT);
      boolean alone = vma.refcnt() == target;
      if (!alone) {
        task.step(StepId.SET_CURRENT_STATE);
        task.setCurrentState(killable);
      }
      return alone;
    }
    task.step(StepId.SET_CURRENT_STATE);
    task.setCurrentState(killable);
    task.step(StepId.REFCNT);
    return vma.refcnt() == target;
  }

  /** __vma_exit_locked() (6.15), __vma_end_exclude_readers() (7.0). */
  private static void exit(Task task, Vma vma) {
    task.step(StepId.REFCOUNT_SUB);
    task.refcnt(vma, (int) Vma.REFCNT.getAndAdd(vma, -Vma.EXCLUDE_READERS) - Vma.EXCLUDE_READERS);
  }

  @Override
  public void markAttached(Task task, Vma vma) {
    task.step(StepId.REFCOUNT_SET);
    vma.attach();
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    task.detaches(vma);
    task.step(StepId.REFCOUNT_DEC);
    int left = dropLast(vma);
    task.refcnt(vma, left);
    if (left != 0) {
      excludeReadersForDetach(task, mm, vma);
    }
  }

  private int dropLast(Vma vma) {
    if (variant.has(Mutant.M3)) {
      Vma.REFCNT.setOpaque(vma, 0);
      return 0;
    }
    return (int) Vma.REFCNT.getAndAdd(vma, -1) - 1;
  }

  /** __vma_exclude_readers_for_detach() (7.0): the second wait, for spurious readers. */
  private void excludeReadersForDetach(Task task, Mm mm, Vma vma) {
    task.secondWaits++;
    if (variant.has(Mutant.M1)) {
      task.step(StepId.VM_LOCK_SEQ);
      if (isLocked(mm, vma)) {
        return;
      }
    }
    if (enter(task, mm, vma, !variant.has(Mutant.M2), false) == ENTERED) {
      exit(task, vma);
    }
  }
}
