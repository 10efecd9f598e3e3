package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;

/** The lock that is a reference count, from 6.15 on: include/linux/mmap_lock.h and mm/mmap_lock.c (docs/PROTOCOL.md, Read lock to Detach). */
final class RefcountVmaLock {
  private static final int DETACHED = 0;
  private static final int ENTERED = 1;

  private final Variant variant;
  private final boolean g3;
  private final Program put;
  private final Program enter;
  private final Program enterKillable;
  private final Program exit;

  RefcountVmaLock(Variant variant) {
    this.variant = variant;
    g3 = variant.generation() == Generation.EXCLUDE_READERS;
    put = put();
    exit = exit();
    enter = enter(false);
    enterKillable = enter(true);
  }

  VmaLocking locking() {
    Program endRead =
        Program.named(ProgramId.VMA_END_READ)
            .act(StepId.UNLOCKS, f -> f.task.readLocked.remove(f.vma()))
            .call(put, RefcountVmaLock::same)
            .build();
    Program startWriteKillable = g3 ? startWrite(true) : null;
    return new VmaLocking(startRead(), startReadLocked(), endRead, startWrite(false), startWriteKillable, markAttached(), markDetached());
  }

  private static void same(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.vma;
  }

  /** __refcount_inc_not_zero_limited_acquire(), include/linux/refcount.h. */
  private int increment(VmAreaStruct vma) {
    if (vma.refcnt == 0) {
      return VmaLocking.AGAIN;
    }
    int limit = variant.has(Mutant.M7) ? VmAreaStruct.EXCLUDE_READERS : VmAreaStruct.REFCNT_LIMIT;
    if (vma.refcnt + 1 > limit || vma.refcnt < 0) {
      return VmaLocking.REFUSED;
    }
    vma.refcnt++;
    return VmaLocking.GOT;
  }

  private void take(Frame f) {
    f.value = increment(f.vma());
    f.machine().oracle.refcnt(f.vma());
  }

  private static boolean isLocked(Frame f) {
    return f.vma().lockSeq == f.mm().lockSeq;
  }

  private Program startRead() {
    return Program.named(ProgramId.VMA_START_READ)
        .test(StepId.VM_LOCK_SEQ, RefcountVmaLock::isLocked, "refused")
        .act(StepId.REFCOUNT_INC, this::take)
        .on(f -> f.value != VmaLocking.GOT, "done")
        .when(variant.ownerTest() == Variant.OwnerTest.INSIDE && !variant.has(Mutant.M5), p -> p.test(StepId.VM_MM, f -> f.vma().mm != f.mm(), "foreign"))
        .when(!variant.has(Mutant.M6), p -> p.test(StepId.VM_LOCK_SEQ_AGAIN, RefcountVmaLock::isLocked, "put"))
        .act(StepId.LOCKS, f -> f.task.readLocked.add(f.vma()))
        .go("done")
        .label("foreign")
        .when(!variant.has(Mutant.B14_NO_PIN), p -> p.act(StepId.MMGRAB, RefcountVmaLock::pin))
        .call(put, RefcountVmaLock::same)
        .when(!variant.has(Mutant.B14_NO_PIN), p -> p.act(StepId.MMDROP, f -> ForkAndExit.drop(f, f.otherMm())))
        .go("refused")
        .label("put")
        .call(put, RefcountVmaLock::same)
        .label("refused")
        .giveBack(f -> f.value = VmaLocking.REFUSED)
        .label("done")
        .build();
  }

  /** The reference keeps the VMA, and so its mm, until the put (mm/mmap_lock.c vma_start_read(), 6.17). */
  private static void pin(Frame f) {
    MmStruct mm = f.vma().mm;
    f.otherMm = mm;
    f.machine().oracle.isUsed(f.otherMm(), "pinned");
    f.otherMm().count++;
  }

  private Program startReadLocked() {
    return Program.named(ProgramId.VMA_START_READ_LOCKED)
        .act(StepId.REFCOUNT_INC, f -> {
          take(f);
          f.value = Math.max(f.value, VmaLocking.REFUSED);
          if (f.value == VmaLocking.GOT) {
            f.task.readLocked.add(f.vma());
          }
        })
        .build();
  }

  /** vma_refcount_put(). */
  private Program put() {
    boolean late = variant.has(Mutant.B14_LATE_READ);
    return Program.named(ProgramId.VMA_REFCOUNT_PUT)
        .when(!late, p -> p.act(StepId.VM_MM, f -> f.otherMm = f.vma().mm))
        .act(StepId.REFCOUNT_DEC, f -> {
          f.value = --f.vma().refcnt;
          f.machine().oracle.refcnt(f.vma());
        })
        .when(late, p -> p.act(StepId.VM_MM, f -> f.otherMm = f.vma().mm))
        .on(f -> !mustWake(f.value), "done")
        .probe(StepId.RCUWAIT_WAKE_UP, f -> f.machine().event(f, MmEvents.RCUWAIT_WAKE_UP, f.otherMm().address, 0))
        .act(StepId.RCUWAIT_WAKE_UP, f -> f.machine().wake(f.otherMm()))
        .label("done")
        .build();
  }

  private boolean mustWake(int refcnt) {
    if (variant.has(Mutant.M9) && refcnt == 0) {
      return true;
    }
    int lowest = variant.has(Mutant.M8) ? VmAreaStruct.EXCLUDE_READERS + 1 : VmAreaStruct.EXCLUDE_READERS;
    return refcnt >= lowest && refcnt <= VmAreaStruct.EXCLUDE_READERS + 1;
  }

  /** __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0): {@link Frame#flag} is detaching. */
  private Program enter(boolean killable) {
    return Program.named(g3 ? ProgramId.VMA_START_EXCLUDE_READERS : ProgramId.VMA_ENTER_LOCKED)
        .act(StepId.REFCOUNT_ADD, f -> {
          f.value = f.vma().refcnt == 0 ? DETACHED : ENTERED;
          if (f.value == ENTERED) {
            f.vma().refcnt += VmAreaStruct.EXCLUDE_READERS;
            f.machine().oracle.excludes(f.task, f.vma());
          }
        })
        .on(f -> f.value == DETACHED, "done")
        .act(StepId.PREPARE_TO_RCUWAIT, f -> f.mm().writerWait = f.task)
        .label("wait")
        .when(variant.has(Mutant.M20), p -> p.test(StepId.REFCNT, this::isAlone, "alone"))
        .act(StepId.SET_CURRENT_STATE, f -> {
          f.task.woken = false;
          f.task.killable = killable;
        })
        .when(!variant.has(Mutant.M20), p -> p.test(StepId.REFCNT, this::isAlone, "alone"))
        .when(killable, p -> p.test(StepId.SIGNAL_PENDING_STATE, f -> f.task.isKilled(), "killed"))
        .sleep(StepId.SCHEDULE, f -> !f.task.woken)
        .go("wait")
        .label("alone")
        .act(StepId.FINISH_RCUWAIT, RefcountVmaLock::finishWait)
        .label("done")
        .when(killable, p ->
            p.giveBack()
                .label("killed")
                .act(StepId.FINISH_RCUWAIT, RefcountVmaLock::finishWait)
                .when(!variant.has(Mutant.B17), q -> q.call(exit, RefcountVmaLock::same))
                .giveBack(f -> f.value = VmaLocking.EINTR))
        .build();
  }

  private static void finishWait(Frame f) {
    f.mm().writerWait = null;
    f.task.killable = false;
  }

  private boolean isAlone(Frame f) {
    return f.vma().refcnt == VmAreaStruct.EXCLUDE_READERS + (f.flag ? 0 : 1);
  }

  /** __vma_exit_locked() (6.15), __vma_end_exclude_readers() (7.0): returns 1 when this detaches the VMA. */
  private Program exit() {
    return Program.named(g3 ? ProgramId.VMA_END_EXCLUDE_READERS : ProgramId.VMA_EXIT_LOCKED)
        .act(StepId.REFCOUNT_SUB, f -> {
          f.vma().refcnt -= VmAreaStruct.EXCLUDE_READERS;
          f.vma().excluder = null;
          f.value = f.vma().refcnt == 0 ? 1 : 0;
        })
        .build();
  }

  private Program startWrite(boolean killable) {
    return Program.named(killable ? ProgramId.VMA_START_WRITE_KILLABLE : ProgramId.VMA_START_WRITE)
        .test(StepId.VM_LOCK_SEQ, RefcountVmaLock::isLocked, "done")
        .probe(StepId.VMA_START_WRITE, f -> f.machine().event(f, WriteLockEvents.VMA_START_WRITE, 0, 0))
        .call(killable ? enterKillable : enter, RefcountVmaLock::same)
        .on(f -> f.got == DETACHED, "detached")
        .when(killable, p -> p.note(f -> f.value = f.got == VmaLocking.EINTR ? VmaLocking.EINTR : 0).on(f -> f.value == VmaLocking.EINTR, "locked"))
        .act(StepId.VM_LOCK_SEQ_SET, RefcountVmaLock::lock)
        .call(exit, RefcountVmaLock::same)
        .on(f -> f.got == 0, "locked")
        .act(StepId.WARN, f -> f.machine().oracle.demand(false, "R06", () -> "%s became detached by a write lock".formatted(f.vma())))
        .go("locked")
        .label("detached")
        .act(StepId.VM_LOCK_SEQ_SET, RefcountVmaLock::lock)
        .label("locked")
        .probe(StepId.VMA_START_WRITE_RET, f -> f.machine().event(f, WriteLockEvents.VMA_START_WRITE_RET, killable ? f.value : 0, 0))
        .label("done")
        .build();
  }

  private static void lock(Frame f) {
    f.machine().oracle.writes(f.task, f.mm());
    f.vma().lockSeq = f.mm().lockSeq;
  }

  private Program markAttached() {
    return Program.named(ProgramId.VMA_MARK_ATTACHED)
        .act(StepId.REFCOUNT_SET, f -> {
          f.machine().oracle.demand(f.vma().refcnt == 0, "R04", () -> "%s is attached and was not detached".formatted(f.vma()));
          f.machine().oracle.demand(f.machine().oracle.isWriteLocked(f.vma()), "R29", () -> "%s is attached without a write lock".formatted(f.vma()));
          f.vma().refcnt = 1;
        })
        .build();
  }

  private Program markDetached() {
    EventKind entry = g3 ? WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH : WriteLockEvents.VMA_MARK_DETACHED;
    EventKind ret = g3 ? WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET : WriteLockEvents.VMA_MARK_DETACHED_RET;
    return Program.named(ProgramId.VMA_MARK_DETACHED)
        .when(!g3, p -> p.probe(StepId.VMA_MARK_DETACHED, f -> f.machine().event(f, entry, 0, 0)))
        .act(StepId.REFCOUNT_DEC, this::dropLast)
        .on(f -> f.value == 0, "detached")
        .when(g3, p -> p.probe(StepId.VMA_EXCLUDE_READERS_FOR_DETACH, f -> f.machine().event(f, entry, 0, 0)))
        .when(variant.has(Mutant.M1), p -> p.test(StepId.VM_LOCK_SEQ, RefcountVmaLock::isLocked, "left"))
        .call(enter, (from, to) -> {
          same(from, to);
          to.flag = !variant.has(Mutant.M2);
        })
        .on(f -> f.got == DETACHED, "left")
        .call(exit, RefcountVmaLock::same)
        .on(f -> f.got == 1, "left")
        .act(StepId.WARN, f -> f.machine().oracle.demand(false, "R06", () -> "%s is detached and has references".formatted(f.vma())))
        .label("left")
        .when(g3, p -> p.probe(StepId.VMA_EXCLUDE_READERS_FOR_DETACH_RET, f -> f.machine().event(f, ret, 0, 0)))
        .label("detached")
        .when(!g3, p -> p.probe(StepId.VMA_MARK_DETACHED_RET, f -> f.machine().event(f, ret, 0, 0)))
        .build();
  }

  private void dropLast(Frame f) {
    f.machine().oracle.demand(f.machine().oracle.isWriteLocked(f.vma()), "R29", () -> "%s is detached without a write lock".formatted(f.vma()));
    f.machine().oracle.demand(f.vma().refcnt >= 1, "R05", () -> "%s is detached twice".formatted(f.vma()));
    f.vma().refcnt = variant.has(Mutant.M3) ? 0 : f.vma().refcnt - 1;
    f.value = f.vma().refcnt;
  }
}
