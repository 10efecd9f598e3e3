package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/**
 * The mmap_lock of each mm, from the events of include/trace/events/mmap_lock.h. acquire_returned is logged after the
 * acquisition, released before the release (include/linux/mmap_lock.h), so every hold here lies inside the true one.
 */
final class Locks {
  private final World world;
  private final Trees trees;

  Locks(World world, Trees trees) {
    this.world = world;
    this.trees = trees;
  }

  /** mmap_lock_start_locking. */
  void start(TaskContext task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    MmState mm = locked(task, events.value(i, Field.MM), write);
    world.begin(Op.MMAP_LOCK_START, task, mm, null).flags(write ? 1 : 0);
    world.emit();
    task.state.startLocking(mm, write, world.now());
    noteInFault(task, mm, write);
  }

  /** contention_begin: if the task is about to take the mmap_lock, it waits for that. */
  void contended(TaskContext task) {
    if (task.state.locking() != null) {
      task.state.faultCall().block(world.now());
    }
  }

  /** mmap_lock_acquire_returned. */
  void acquired(TaskContext task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    TaskState state = task.state;
    MmState mm = world.mm(events.value(i, Field.MM));
    task.lastLocked = mm;
    boolean asked = state.locking() == mm && state.isLockingForWrite() == write;
    if (events.value(i, Field.SUCCESS) == 0) {
      world.begin(Op.MMAP_LOCK_FAILED, task, mm, null).flags(write ? 1 : 0);
      world.emit();
      state.stopLocking();
      return;
    }
    Hold hold = state.holdOf(mm);
    if (!write && !asked && hold != null && hold.isWrite()) {
      downgraded(task, hold);
    } else {
      taken(task, mm, write, hold);
    }
    state.stopLocking();
  }

  /** mmap_lock_released, in the task's own context. */
  void released(TaskContext task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    MmState mm = world.mm(events.value(i, Field.MM));
    task.lastLocked = mm;
    Hold hold = task.state.holdOf(mm);
    world.begin(write ? Op.MMAP_WRITE_UNLOCK : Op.MMAP_READ_UNLOCK, task, mm, null);
    world.emit();
    if (hold == null) {
      if (task.state.isHoldsKnown()) {
        world.unpaired();
      }
      releasedBySomebody(mm, write);
    } else {
      if (hold.isWrite()) {
        task.lastSectionEndedAt = world.now().at();
      }
      task.state.unlock(hold, world.now());
    }
    Fault fault = task.fault;
    if (fault.open && !fault.user && fault.lockTaken) {
      world.count(task, fault.mmapLockReason());
    }
  }

  /** A release in interrupt context, or by a task that holds nothing: mmap_read_unlock_non_owner() (kernel/bpf/stackmap.c). */
  void releasedBySomebody(MmState mm, boolean write) {
    if (write) {
      return;
    }
    for (Hold hold : mm.holds().toArray(new Hold[0])) {
      if (!hold.isWrite()) {
        hold.task().forgetHold(hold);
      }
    }
  }

  private void taken(TaskContext task, MmState mm, boolean write, @Nullable Hold stale) {
    world.begin(write ? Op.MMAP_WRITE_LOCK : Op.MMAP_READ_LOCK, task, mm, null);
    world.emit();
    TaskState state = task.state;
    if (stale != null) {
      state.forgetHold(stale); // its release was not recorded
    }
    if (!write) {
      state.readLock(mm, world.now());
      return;
    }
    WriteSection outer = state.innermostSection();
    state.writeLock(mm, world.now());
    if (outer != null && task.isInFork()) {
      state.fork(outer.mm(), mm);
    }
  }

  private void downgraded(TaskContext task, Hold hold) {
    world.begin(Op.MMAP_WRITE_DOWNGRADE, task, hold.mm(), null);
    world.emit();
    if (task.syscall == SyscallEvents.SYS_ENTER_MUNMAP) {
      trees.munmapped(task, hold.mm());
    }
    task.lastSectionEndedAt = world.now().at();
    task.state.downgrade(hold, world.now());
  }

  /** The mm of a start_locking, which may be a new one, and what it says of the task. */
  private MmState locked(TaskContext task, long address, boolean write) {
    boolean nested = write && task.state.innermostSection() != null;
    MmState mm;
    if (write && task.isInExec() && task.execMm == null) {
      mm = world.newMm(address); // bprm_mm_init(), fs/exec.c: the first mm that an execve() write-locks is the one it builds
      task.execMm = mm;
    } else if (nested && task.isInFork() && task.state.holdOf(world.mm(address)) == null) {
      mm = world.newMm(address); // dup_mmap(), kernel/fork.c: the child's mm, locked inside the parent's section
    } else {
      mm = world.mm(address);
    }
    task.lastLocked = mm;
    if (task.isInOwnMmSyscall() || task.fault.open) {
      world.bind(task, mm);
    }
    return mm;
  }

  private void noteInFault(TaskContext task, MmState mm, boolean write) {
    Fault fault = task.fault;
    if (fault.open) {
      fault.mm = mm;
      fault.lockAsked = true;
      fault.lockTaken = true;
      fault.stackGrowth |= write;
    }
    if (task.state.faultCall().entered().known() && write) {
      task.state.faultCall().block(world.now());
    }
  }
}
