package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import org.jspecify.annotations.Nullable;

/**
 * Page faults, the look-ups of a VMA under RCU, and which lock served each fault (docs/PROTOCOL.md, Page faults and Traces): with probes on
 * handle_mm_fault() by its flags and result, without them by the mmap_lock events and the look-ups between the fault and what proves that it
 * is over ({@link FaultLocks}).
 */
final class Faults {
  /** X86_PF_WRITE: arch/x86/include/asm/trap_pf.h (6.18). */
  private static final long PF_WRITE = 1 << 1;

  private final World world;
  private final FaultLocks locks;
  private boolean handleMmFaultRecorded;
  private boolean returnsRecorded;

  Faults(World world) {
    this.world = world;
    locks = new FaultLocks(world, this);
  }

  /** What the events of the mmap_lock, of look-ups and of system calls tell about faults. */
  FaultLocks locks() {
    return locks;
  }

  boolean isHandleMmFaultRecorded() {
    return handleMmFaultRecorded;
  }

  /** page_fault_user, page_fault_kernel: logged before any lock is tried (arch/x86/mm/fault.c). */
  void begin(KnownTask task, EventBatch events, int i) {
    boolean user = events.kind(i) == PageFaultEvents.PAGE_FAULT_USER;
    if (user) {
      returned(task);
    } else {
      end(task);
    }
    long address = events.value(i, Field.ADDRESS);
    Step step = world.begin(Op.PAGE_FAULT, task, task.mm(), null);
    step.userFault(user);
    boolean writing = (events.value(i, Field.FLAGS) & PF_WRITE) != 0 || !events.has(i, Field.FLAGS);
    step.forWriting(writing);
    step.address(address);
    if (user) {
      world.contradictions().inUserMode(task, world.now());
    }
    world.emit();
    if (user) {
      task.inUserMode();
    }
    task.fault.begin(address, user, writing, world.now().at(), task.mm());
    task.hasLargeAddresses |= address >>> Integer.SIZE != 0;
    if (Fault.isKernelAddress(address)) {
      world.faultCounts().count(task, FaultReason.KERNEL_ADDRESS);
    }
  }

  /** The task is somewhere else: what its fault, if one is open, was served under has to be said now. */
  void end(KnownTask task) {
    Fault fault = task.fault;
    if (!fault.open) {
      return;
    }
    FaultReason reason = handledReason(fault);
    if (reason == null) {
      reason = locks.verdict(task);
    }
    if (reason != null) {
      world.faultCounts().count(task, reason);
    }
  }

  /** The task is in user mode, or was until now. */
  void returned(KnownTask task) {
    end(task);
    locks.returned(task);
  }

  /** Events are missing everywhere: without those of handle_mm_fault() a fault is under the VMA lock where no event shows the mmap_lock. */
  void absencesProveNothing() {
    if (!handleMmFaultRecorded) {
      world.faultCounts().doubtVmaLocked();
      world.figures().forEach((mm, _) -> mm.faults().doubtVmaLocked());
    }
  }

  /** The task exits: its fault, if one is open, has killed it, and took no lock any more; what was seen to take one since may be the exit itself. */
  void killed(KnownTask task) {
    Fault fault = task.fault;
    if (fault.lock == Fault.Lock.ASKED || fault.lock == Fault.Lock.HELD || fault.lock == Fault.Lock.FAILED) {
      cutOff(task);
    } else {
      fault.exits();
      end(task);
    }
  }

  /** The task is gone or its end lies outside the capture. */
  void cutOff(KnownTask task) {
    if (task.fault.open) {
      world.faultCounts().count(task, FaultReason.CUT_OFF);
    }
  }

  void lookUp(KnownTask task, EventBatch events, int i) {
    KnownMm mm = world.mm(events.value(i, Field.MM));
    long address = events.value(i, Field.ADDRESS);
    world.begin(Op.LOCK_VMA_UNDER_RCU, task, mm, null).address(address);
    world.sample(events, i);
    world.emit();
    task.read().enter(mm, address, world.now());
    if (task.fault.open && task.fault.user) {
      task.fault.mm = mm;
      world.bind(task, mm); // do_user_addr_fault() looks up in current->mm
    }
  }

  void lookedUp(KnownTask task, EventBatch events, int i) {
    KnownMm mm = world.mm(events.value(i, Field.MM));
    long address = events.value(i, Field.ADDRESS);
    long result = events.value(i, Field.VMA);
    KnownVma vma = result == 0 || isError(result) ? null : world.vma(result);
    Step step = world.begin(result == 0 ? Op.VMA_START_READ_REFUSED : Op.VMA_START_READ, task, mm, vma);
    step.address(address);
    step.ret(result);
    world.sample(events, i);
    world.emit();
    if (vma == null) {
      task.read().close();
      task.fault.refusal = refusal(task, mm, address);
    } else {
      task.read().grant(mm, vma, world.now());
      vma.readBy(task);
    }
  }

  void handle(KnownTask task, EventBatch events, int i) {
    handleMmFaultRecorded = true;
    KnownVma vma = world.vma(events.value(i, Field.VMA));
    long address = events.value(i, Field.ADDRESS);
    long flags = events.value(i, Field.FLAGS);
    Step step = world.begin(Op.HANDLE_MM_FAULT, task, world.mmOf(vma, events, i), vma);
    world.sample(events, i);
    step.address(address);
    step.faultFlags(flags);
    world.emit();
    vma.readBy(task);
    if (step.sample().isAttachedUnderReader()) {
      vma.showAgain();
    }
    world.sampled(vma);
    LookUp read = task.read();
    boolean underVmaLock = FaultFlags.isUnderVmaLock(flags);
    if (!underVmaLock || read.vma() != vma) {
      read.close();
    }
    task.faultCall().enter(vma, address, flags, world.now());
    if (task.fault.isHandledBy(address, flags)) {
      task.fault.handle(underVmaLock);
    }
  }

  /** handle_mm_fault() returns to the call of this task, whose address and flags the return need not tell. */
  void handled(KnownTask task, EventBatch events, int i) {
    returnsRecorded = true;
    HandledFault call = task.faultCall();
    Fault fault = task.fault;
    VmaState vma = call.vma();
    world.begin(Op.HANDLE_MM_FAULT_RET, task, vma == null ? null : vma.mm(), vma);
    if (events.has(i, Field.RET)) {
      world.step().ret(events.value(i, Field.RET));
    }
    if (call.isReturn(events, i)) {
      world.sample(events, i);
    }
    world.emit();
    boolean ofFault = call.isReturn(events, i) && fault.handled && fault.isHandledBy(call.address(), call.flags());
    call.close();
    task.read().close();
    if (ofFault && events.has(i, Field.RET)) {
      fault.gaveUp = (events.value(i, Field.RET) & FaultFlags.VM_FAULT_RETRY) != 0;
      if (!fault.gaveUp) {
        end(task);
      }
    }
  }

  /** Whether a task is in the handle_mm_fault() of its fault, whose return will tell more. */
  boolean isInHandler(KnownTask task) {
    return returnsRecorded && task.fault.handled && task.faultCall().entered().known();
  }

  /** A console log says that the task died inside handle_mm_fault() with its locks held, in the fault that has no end here. */
  void died(KnownTask task) {
    VmaState vma = task.faultCall().vma();
    if (vma != null) {
      world.begin(Op.DIED_IN_FAULT, task, vma.mm(), vma);
      world.emit();
    }
  }

  /** __vmf_anon_prepare() returned: with VM_FAULT_RETRY when the mmap_lock could not be had for the first anon_vma. */
  void anonPrepared(KnownTask task, EventBatch events, int i) {
    if (events.has(i, Field.VMA)) {
      task.faultCall().prepare(events.value(i, Field.VMA), world.now());
    }
    if ((events.value(i, Field.RET) & FaultFlags.VM_FAULT_RETRY) != 0) {
      task.fault.anonRetried = true;
    }
  }

  /** What the last handle_mm_fault() of a fault tells, or null. */
  private static @Nullable FaultReason handledReason(Fault fault) {
    if (!fault.handled || fault.gaveUp) {
      return null;
    }
    return fault.handledUnderVmaLock ? fault.vmaLockReason() : fault.mmapLockReason();
  }

  private FaultReason refusal(KnownTask task, KnownMm mm, long address) {
    VmaTree.Range range = mm.tree().find(address);
    if (range != null && range.vma() == null) {
      return FaultReason.NO_VMA;
    }
    if (range != null && range.vma() != null && range.vma().life() == Life.DETACHED) {
      return FaultReason.DETACHED;
    }
    boolean writing = mm.section() != null && mm.section().isOpen() && mm.section().task() != task;
    return writing || mm.isStartingWrite() ? FaultReason.WRITE_LOCKED : FaultReason.REFUSED;
  }

  /** Whether a pointer is an error number: IS_ERR_VALUE(), include/linux/err.h. */
  static boolean isError(long pointer) {
    return pointer < 0 && pointer >= -4095;
  }
}
