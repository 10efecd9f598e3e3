package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;

/** The lock that is a rw_semaphore and a flag, 6.4 to 6.14: include/linux/mm.h of 6.12 (docs/PROTOCOL.md, Read lock and Write lock). */
final class RwsemVmaLock {
  private final Variant variant;

  RwsemVmaLock(Variant variant) {
    this.variant = variant;
  }

  VmaLocking locking() {
    Program endRead =
        Program.named(ProgramId.VMA_END_READ)
            .act(StepId.RCU_READ_LOCK, f -> f.machine().rcu.readLock(f.task))
            .act(StepId.UP_READ, f -> {
              f.task.readLocked.remove(f.vma());
              f.vma().lock.release(f.task);
            })
            .act(StepId.RCU_READ_UNLOCK, f -> f.machine().rcu.readUnlock(f.task))
            .build();
    Program startReadLocked =
        Program.named(ProgramId.DOWN_READ)
            .sleep(StepId.DOWN_READ, f -> f.vma().lock.mustWait(f.task, false))
            .act(StepId.LOCKS, f -> f.task.readLocked.add(f.vma()))
            .giveBack(f -> f.value = VmaLocking.GOT)
            .build();
    Program markAttached = Program.named(ProgramId.VMA_MARK_ATTACHED).act(StepId.DETACHED, f -> f.vma().detached = false).build();
    Program markDetached =
        Program.named(ProgramId.VMA_MARK_DETACHED)
            .act(StepId.DETACHED, f -> {
              f.machine().oracle.demand(f.machine().oracle.isWriteLocked(f.vma()), "R29", () -> "%s is detached without a write lock".formatted(f.vma()));
              f.vma().detached = true;
            })
            .build();
    return new VmaLocking(startRead(), startReadLocked, endRead, startWrite(), null, markAttached, markDetached);
  }

  private static boolean isLocked(Frame f) {
    MmStruct mm = f.vma().mm;
    return mm != null && f.vma().lockSeq == mm.lockSeq;
  }

  /** lock_vma_under_rcu() tests the detached flag; here it is the last step of getting the lock. */
  private Program startRead() {
    return Program.named(ProgramId.VMA_START_READ)
        .test(StepId.VM_LOCK_SEQ, RwsemVmaLock::isLocked, "refused")
        .test(StepId.DOWN_READ_TRYLOCK, f -> !f.vma().lock.tryRead(f.task), "refused")
        .when(!variant.has(Mutant.M6), p -> p.test(StepId.VM_LOCK_SEQ_AGAIN, RwsemVmaLock::isLocked, "up"))
        .when(variant.has(Mutant.B09), p -> p.test(StepId.VM_START_VM_END, f -> {
          f.machine().oracle.demand(f.vma().allocated, "R15", () -> "%d reads the range of %s, which was freed".formatted(f.task.pid(), f.vma()));
          return !f.vma().covers(f.first);
        }, "up"))
        .test(StepId.DETACHED, f -> f.vma().detached, "detached")
        .act(StepId.LOCKS, f -> f.task.readLocked.add(f.vma()))
        .giveBack(f -> f.value = VmaLocking.GOT)
        .label("detached")
        .act(StepId.UP_READ, f -> f.vma().lock.release(f.task))
        .giveBack(f -> f.value = VmaLocking.AGAIN)
        .label("up")
        .act(StepId.UP_READ, f -> f.vma().lock.release(f.task))
        .label("refused")
        .giveBack(f -> f.value = VmaLocking.REFUSED)
        .build();
  }

  private Program startWrite() {
    return Program.named(ProgramId.VMA_START_WRITE)
        .test(StepId.VM_LOCK_SEQ, RwsemVmaLock::isLocked, "done")
        .sleep(StepId.DOWN_WRITE, f -> f.vma().lock.mustWait(f.task, true))
        .act(StepId.VM_LOCK_SEQ_SET, f -> {
          f.machine().oracle.writes(f.task, f.mm());
          f.vma().lockSeq = f.mm().lockSeq;
        })
        .act(StepId.UP_WRITE, f -> f.vma().lock.release(f.task))
        .label("done")
        .build();
  }
}
