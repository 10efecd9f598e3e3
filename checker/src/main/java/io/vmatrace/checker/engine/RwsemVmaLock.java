package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;

/** The lock that is a rw_semaphore and a flag, 6.4 to 6.14: include/linux/mm.h of 6.12 (docs/PROTOCOL.md, Read lock and Write lock). */
final class RwsemVmaLock {
  private final Variant variant;

  RwsemVmaLock(Variant variant) {
    this.variant = variant;
  }

  VmaLocking locking() {
    Program endRead =
        Program.named("vma_end_read")
            .act("rcu_read_lock", f -> f.machine().rcu.readLock(f.task))
            .act("up_read", f -> {
              f.task.readLocked.remove(f.vma());
              f.vma().lock.release(f.task);
            })
            .act("rcu_read_unlock", f -> f.machine().rcu.readUnlock(f.task))
            .build();
    Program startReadLocked =
        Program.named("down_read")
            .sleep("down_read", f -> f.vma().lock.mustWait(f.task, false))
            .act("locks", f -> f.task.readLocked.add(f.vma()))
            .giveBack(f -> f.value = VmaLocking.GOT)
            .build();
    Program markAttached = Program.named("vma_mark_attached").act("detached", f -> f.vma().detached = false).build();
    Program markDetached =
        Program.named("vma_mark_detached")
            .act("detached", f -> {
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

  /** The detached flag is looked at by lock_vma_under_rcu(); here it is the last step of getting the lock. */
  private Program startRead() {
    return Program.named("vma_start_read")
        .test("vm_lock_seq", RwsemVmaLock::isLocked, "refused")
        .test("down_read_trylock", f -> !f.vma().lock.tryRead(f.task), "refused")
        .when(!variant.has(Mutant.M6), p -> p.test("vm_lock_seq_again", RwsemVmaLock::isLocked, "up"))
        .when(variant.has(Mutant.B09), p -> p.test("vm_start_vm_end", f -> {
          f.machine().oracle.demand(f.vma().allocated, "R15", () -> "%d reads the range of %s, which was freed".formatted(f.task.pid(), f.vma()));
          return !f.vma().covers(f.first);
        }, "up"))
        .test("detached", f -> f.vma().detached, "detached")
        .act("locks", f -> f.task.readLocked.add(f.vma()))
        .giveBack(f -> f.value = VmaLocking.GOT)
        .label("detached")
        .act("up_read", f -> f.vma().lock.release(f.task))
        .giveBack(f -> f.value = VmaLocking.AGAIN)
        .label("up")
        .act("up_read", f -> f.vma().lock.release(f.task))
        .label("refused")
        .giveBack(f -> f.value = VmaLocking.REFUSED)
        .build();
  }

  private Program startWrite() {
    return Program.named("vma_start_write")
        .test("vm_lock_seq", RwsemVmaLock::isLocked, "done")
        .sleep("down_write", f -> f.vma().lock.mustWait(f.task, true))
        .act("vm_lock_seq_set", f -> {
          f.machine().oracle.writes(f.task, f.mm());
          f.vma().lockSeq = f.mm().lockSeq;
        })
        .act("up_write", f -> f.vma().lock.release(f.task))
        .label("done")
        .build();
  }
}
