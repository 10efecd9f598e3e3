package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which lock served a page fault, by tracepoints alone. A fault that falls back takes the read side of the mmap_lock and looks its own
 * address up in it, by ma_read; a stack that grows gives it back, takes the write side and looks the address up again
 * (mm/mmap_lock.c lock_mm_and_find_vma()). The first write to a VMA takes the read side without a look-up (mm/memory.c
 * __vmf_anon_prepare()). Whatever does not fit is of what the task does next, so the fault was over before it; what may be either stays
 * unresolved.
 */
final class FaultLocks {
  /** What lies below is an index of another maple tree: interrupts, entries of a directory. */
  private static final long LEAST_ADDRESS = 1 << 16;

  /** A kernel has more than 300 system calls; a recording that chooses among them has not so many. */
  private static final int ALL_CALLS = 200;

  private final World world;
  private final Faults faults;

  /** Whether events of the read side are recorded; absence of those of the write side proves nothing. */
  private boolean readSideRecorded;

  /** Whether all system calls are recorded: then what happens after a fault and before the next call is the fault's. */
  private boolean allCallsRecorded;

  private boolean asksRecorded;
  private boolean readSideAtBegin;
  private boolean allCallsAtBegin;

  /** Whether a fault ends by what its task does in the kernel: exit_mm() takes the mmap_lock too (kernel/exit.c), after a fault that was not served. */
  private boolean unreturned;

  FaultLocks(World world, Faults faults) {
    this.world = world;
    this.faults = faults;
  }

  /**
   * The capture says that these events were recorded from its beginning on. One that has a filter too shows by not being seen, so that only
   * the first one seen resolves what was in doubt.
   */
  void recorded(Set<String> events) {
    readSideAtBegin =
        events.contains("mmap_lock_start_locking") || events.contains("mmap_lock_acquire_returned") || events.contains("mmap_lock_released");
    allCallsAtBegin = events.stream().filter(event -> event.startsWith("sys_enter_")).count() >= ALL_CALLS;
  }

  /** A system call was seen to begin, in a recording of all calls or not: one that was seen says nothing of others, which lock and look up too. */
  void callSeen(boolean all) {
    allCallsRecorded |= all || allCallsAtBegin;
  }

  /** A task asks for the mmap_lock of an mm, or was given it without having been seen to ask. */
  void ask(KnownTask task, KnownMm mm, boolean write) {
    asksRecorded = true;
    if (write) {
      askToWrite(task, mm);
    } else {
      readSideSeen(task);
      askToRead(task, mm);
    }
  }

  private void askToRead(KnownTask task, KnownMm mm) {
    Fault fault = task.fault;
    if (!fault.open) {
      return;
    }
    switch (fault.lock) {
      case NOT_ASKED -> fault.asksFirst(mm);
      case FAILED -> fault.askedAgain = true;
      case ASKED, HELD, RELEASED -> {
        fault.lockedByCall |= lookUps().areSeen() && !allCallsRecorded; // a fault has no two holds without a look-up, some system calls do
        if (isOverBeforeNextHold(fault)) {
          fault.askedOnceMore = !lookUps().areSeen();
          over(task);
          return;
        }
      }
      case WRITING -> {
        over(task);
        return;
      }
    }
    if (task.mm() == null) {
      world.bind(task, mm);
    }
    fault.lock = Fault.Lock.ASKED;
    fault.asked(world.now().cpu(), lookUps().lastTime());
  }

  /** Whether a fault that has had the read side does not take it again: under the VMA lock once, then to fall back. */
  private boolean isOverBeforeNextHold(Fault fault) {
    if (fault.gaveUp || !fault.user) {
      return !fault.gaveUp;
    }
    return lookUps().areSeen() ? fault.holds > 1 && !fault.lookedUp : !fault.askedAgain;
  }

  private void askToWrite(KnownTask task, KnownMm mm) {
    Fault fault = task.fault;
    if (!fault.open) {
      return;
    }
    if (task.innermostSection() == null && !task.syscall.isExec() && !task.syscall.isFork()) {
      world.bind(task, mm);
    }
    boolean hadReadSide = fault.lock == Fault.Lock.ASKED || fault.lock == Fault.Lock.HELD || fault.lock == Fault.Lock.RELEASED;
    boolean mayGrow = fault.lookedUp || faults.isHandleMmFaultRecorded() || allCallsRecorded && !lookUps().areSeen();
    if (!fault.user || !hadReadSide || !mayGrow) {
      over(task);
      return;
    }
    fault.lock = Fault.Lock.WRITING;
    fault.wroteInside = allCallsRecorded && !lookUps().areSeen();
  }

  /** It was given the read side. */
  void taken(KnownTask task, boolean write) {
    Fault fault = task.fault;
    if (fault.open && !write && fault.lock == Fault.Lock.ASKED) {
      fault.lock = Fault.Lock.HELD;
      fault.cpu = world.now().cpu();
      fault.holds++;
    }
  }

  /** It was not given the read side. */
  void failed(KnownTask task, boolean write) {
    Fault fault = task.fault;
    if (fault.open && !write && fault.lock == Fault.Lock.ASKED) {
      fault.lock = Fault.Lock.FAILED;
    }
  }

  /**
   * It gives the mmap_lock back.
   *
   * @param held whether it was seen to hold it
   */
  void release(KnownTask task, boolean write, boolean held) {
    if (!write) {
      readSideSeen(task);
    }
    Fault fault = task.fault;
    if (!fault.open) {
      return;
    }
    if (fault.lock == Fault.Lock.NOT_ASKED) {
      releasedUnasked(task, write, held);
    } else if (!write && fault.lock != Fault.Lock.WRITING) {
      fault.holds += fault.lock == Fault.Lock.ASKED ? 1 : 0;
      fault.lock = Fault.Lock.RELEASED;
    }
    if (!write && fault.open && !fault.user && fault.lock == Fault.Lock.RELEASED) {
      over(task);
    }
  }

  /** A release without its acquisition: of a hold from before the fault, or only releases are recorded. */
  private void releasedUnasked(KnownTask task, boolean write, boolean held) {
    if (held) {
      return;
    }
    if (write) {
      over(task);
      return;
    }
    Fault fault = task.fault;
    fault.lookedUp = fault.lookedUpUnlocked;
    fault.asked(world.now().cpu(), lookUps().lastTime());
    fault.holds++;
    fault.lock = Fault.Lock.RELEASED;
  }

  /** ma_read: find_vma() looks up exactly the address of a fault that fell back; the trylock for the anon_vma looks nothing up. */
  void found(KnownTask task, EventBatch events, int i) {
    readSideWasRecorded(task);
    lookUps().seen(task, world.now());
    Fault fault = task.fault;
    long address = events.value(i, Field.START);
    boolean own = fault.open && address == fault.address;
    if (own && fault.user) {
      lookUps().seenInFault(address >>> Fault.PAGE_SHIFT);
    } else if (!own && (address >>> Fault.PAGE_SHIFT) << Fault.PAGE_SHIFT == address) {
      beginOfPageLookedUp(task);
    }
    if (!fault.open || !own && address >= 0 && address < LEAST_ADDRESS) {
      return;
    }
    switch (fault.lock) {
      case NOT_ASKED -> {
        fault.lookedUpUnlocked |= own;
        if (!own && !readSideRecorded) {
          over(task);
        }
      }
      case ASKED, HELD -> lookedUp(task, own);
      case WRITING -> {
        fault.lookedUpForWriting |= own;
        if (!own) {
          over(task);
        }
      }
      case RELEASED, FAILED -> {
        if (own && !asksRecorded) {
          lookedUp(task, true);
        }
        fault.lookedUpUnlocked |= own;
      }
    }
  }

  /** What the task does next is not of its fault, unless that is being handled and will tell. */
  private void over(KnownTask task) {
    if (!faults.isInHandler(task)) {
      unreturned = true;
      faults.end(task);
      unreturned = false;
    }
  }

  /** A system call of this program looks up the first byte of a page: it may do so where a fault of the same address was before it. */
  private void beginOfPageLookedUp(KnownTask task) {
    if (task.syscall.isBetweenBorders(task.inUserModeAt())) {
      return; // its borders are recorded, so it is taken for no fault
    }
    KnownMm mm = task.lastLocked != null ? task.lastLocked : task.mm();
    if (mm == null) {
      world.faultCounts().callsLookUp();
    } else if (task.innermostSection() == null) {
      mm.callsLookUp();
    }
  }

  private void lookedUp(KnownTask task, boolean own) {
    Fault fault = task.fault;
    fault.lookedUp |= own;
    if (!own) {
      fault.lockedByCall |= fault.holds <= 1; // nothing else is looked up in a fault's hold
      over(task);
      return;
    }
    KnownMm mm = task.lastLocked;
    if (mm == null) {
      return;
    }
    if (isOwnLookUp(fault)) {
      fault.mm = mm;
      world.bind(task, mm); // do_user_addr_fault() looks up in current->mm
    }
    fault.mm = fault.mm == null ? mm : fault.mm;
  }

  /** Whether a look-up of a fault's address is its own, and not one of a system call that was given the same address. */
  private boolean isOwnLookUp(Fault fault) {
    return !fault.user || allCallsRecorded || fault.askedAgain || !fault.isAtBeginOfPage() || fault.address < LEAST_ADDRESS;
  }

  /** What a fault that is over was served under; null when that is left in doubt. */
  @Nullable FaultReason verdict(KnownTask task) {
    Fault fault = task.fault;
    if (!fault.user) {
      return kernelVerdict(fault);
    }
    if (fault.lookedUp || fault.wroteInside || fault.lookedUpUnlocked) { // without its lock, which was not recorded just then
      if (faults.isHandleMmFaultRecorded()) {
        return fault.handled && !fault.handledUnderVmaLock ? fault.mmapLockReason() : FaultReason.NO_VMA;
      }
      return isOwnLookUp(fault) ? fault.mmapLockReason() : doubt(task, task.lookedUpFaults);
    }
    if (faults.isHandleMmFaultRecorded()) {
      return fault.handled ? FaultReason.NOT_RETRIED : FaultReason.NOT_HANDLED;
    }
    if (fault.askedAgain && fault.holds > 0) {
      lookUps().missed();
      return fault.mmapLockReason();
    }
    boolean locked = fault.lock != Fault.Lock.NOT_ASKED;
    boolean shown = lookUps().areSeen() || !locked && readSideRecorded;
    if (shown && unreturned && task.syscall.wasInSyscall && (locked || !readSideRecorded)) { // exit_group() would show, unless it was killed
      return doubt(task, task.unreturnedFaults);
    }
    if (shown && !locked) {
      return fault.vmaLockReason();
    }
    lookUps().settle(task);
    return fault.askedOnceMore ? FaultReason.NO_LOCK_SEEN : doubt(task, locked ? task.lockedFaults : task.unlockedFaults);
  }

  private RecordedLookUps lookUps() {
    return world.faultCounts().lookUps();
  }

  private FaultReason kernelVerdict(Fault fault) {
    boolean lookedUp = fault.lookedUp || fault.lookedUpUnlocked;
    if (!lookedUp && fault.holds > 0) {
      lookUps().missed(); // each looks its address up (mm/mmap_lock.c lock_mm_and_find_vma())
    }
    return lookedUp || !lookUps().areSeen() && fault.holds > 0 ? fault.mmapLockReason() : FaultReason.NO_LOCK_SEEN;
  }

  private @Nullable FaultReason doubt(KnownTask task, FaultsInDoubt doubts) {
    Fault fault = task.fault;
    fault.doubt(allCallsRecorded);
    if (!doubts.add(fault, world.now().time())) {
      return doubts == task.lookedUpFaults ? FaultReason.LOOKED_UP : FaultReason.NO_LOCK_SEEN;
    }
    fault.open = false;
    return null;
  }

  private void readSideSeen(KnownTask task) {
    if (!readSideRecorded) {
      readSideRecorded = true;
      if (readSideAtBegin) {
        world.forEachTask(this::readSideWasRecorded);
      }
    }
    readSideWasRecorded(task);
  }

  private void readSideWasRecorded(KnownTask task) {
    if (task.unlockedFaults.size() > 0) {
      world.faultCounts().count(task, task.unlockedFaults, FaultReason.VMA_LOCKED);
    }
  }

  /** The task is in user mode, so its faults were served. */
  void returned(KnownTask task) {
    if (readSideRecorded) {
      lookUps().returned(task);
    } else if (task.unreturnedFaults.size() > 0) {
      world.faultCounts().count(task, task.unreturnedFaults, FaultReason.VMA_LOCKED);
    }
  }

  /** The task did what takes the mmap_lock, and no event shows it: its lock was not being recorded. */
  void lockWasNotRecorded(KnownTask task) {
    if (task.unlockedFaults.size() > 0) {
      world.faultCounts().count(task, task.unlockedFaults, FaultReason.NO_LOCK_SEEN);
    }
  }
}
