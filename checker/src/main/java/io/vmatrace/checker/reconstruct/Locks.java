package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/**
 * The mmap_lock of each mm, from the events of include/trace/events/mmap_lock.h. acquire_returned is logged after the
 * acquisition, released before the release (include/linux/mmap_lock.h), so every hold here lies inside the true one.
 */
final class Locks {
  /** A struct mm_struct is not larger, without the CPU masks at its end. */
  private static final long MOST_MM_BYTES = 4_096;

  private final World world;
  private final Trees trees;
  private long unpairedReleases;
  private final FaultLocks faultLocks;

  Locks(World world, Trees trees, FaultLocks faultLocks) {
    this.world = world;
    this.trees = trees;
    this.faultLocks = faultLocks;
  }

  /** mmap_lock_start_locking. */
  void start(KnownTask task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    KnownMm mm = locked(task, events.value(i, Field.MM), write);
    faultLocks.ask(task, mm, write);
    world.begin(Op.MMAP_LOCK_START, task, mm, null).forWriting(write);
    world.emit();
    task.asked.ask(mm, write, task.faultCall().entered().known(), world.now());
    if (task.faultCall().entered().known() && write) {
      task.faultCall().block(world.now());
    }
  }

  /** The capture ends, and a task waits for what it holds itself: it shows at the place where it asked for that. */
  void stillWaiting(KnownTask task) {
    Moment asked = task.asked.since();
    KnownHold hold = task.holdOf(task.asked.mm());
    boolean excludes = hold != null && (hold.isWrite() || task.asked.isForWrite());
    if (asked == null || !excludes || task.actedAt > asked.at()) {
      return;
    }
    Moment end = world.now().copy();
    world.now().set(asked);
    world.begin(Op.STILL_WAITS_FOR_ITSELF, task, task.asked.mm(), null).forWriting(task.asked.isForWrite());
    world.emit();
    world.now().set(end);
  }

  /** mmap_lock_acquire_returned. */
  void acquired(KnownTask task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;

    KnownMm mm = world.mm(events.value(i, Field.MM));
    task.lastLocked = mm;
    boolean asked = task.asked.mm() == mm && task.asked.isForWrite() == write;
    KnownHold hold = task.holdOf(mm);
    boolean downgrades = !write && !asked && hold != null && hold.isWrite();
    if (asked) {
      mm.answered(write);
    } else if (!downgrades) {
      faultLocks.ask(task, mm, write);
    }
    if (events.value(i, Field.SUCCESS) == 0) {
      faultLocks.failed(task, write);
      world.begin(Op.MMAP_LOCK_FAILED, task, mm, null).forWriting(write);
      world.emit();
      if (asked) {
        task.asked.answer();
      }
      return;
    }
    if (hold != null && downgrades) {
      downgraded(task, hold);
    } else {
      faultLocks.taken(task, write);
      taken(task, mm, write, hold);
    }
    if (asked) {
      task.asked.answer();
    }
  }

  /** What an event probe read from the mm at mmap_lock_acquire_returned, right behind it. Before a downgrade it is that of the section. */
  void seqRead(KnownTask task, EventBatch events, int i) {
    KnownMm mm = task.writes(events.value(i, Field.MM));
    if (mm != null) {
      Step step = world.begin(Op.MM_LOCK_SEQ, task, mm, null);
      world.sample(events, i);
      world.emit();
      MmSeqs.take(step, mm, world);
    }
  }

  /** mmap_lock_released, in the task's own context. */
  void released(KnownTask task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    KnownMm mm = world.mm(events.value(i, Field.MM));
    task.lastLocked = mm;
    mm.lockReleased();
    KnownHold hold = task.holdOf(mm);
    world.begin(write ? Op.MMAP_WRITE_UNLOCK : Op.MMAP_READ_UNLOCK, task, mm, null);
    world.contradictions().released(task, hold, write, world.now());
    world.emit();
    task.releases(world.now());
    if (hold == null) {
      if (task.isHoldsKnown() && mayHaveTakenElsewhere(task)) {
        unpairedReleases++;
      }
      releasedBySomebody(mm, write);
    } else {
      world.clocks.ends(hold.mm().clocks, hold.acquired(), hold.isWrite(), world.now());
      if (hold.isWrite()) {
        task.lastSectionEndedAt = world.now().at();
      }
      task.unlock(hold, world.now());
    }
    faultLocks.release(task, write, hold != null);
    KnownSection section = hold == null ? null : hold.section();
    if (section != null && section.jumpedAfter() > 0) {
      world.lost(section.jumpedAfter());
    }
  }

  /**
   * Whether a task may have taken on another CPU what it gives back. Where no switch is recorded, but system calls, those show whether events of
   * other CPUs are missing.
   */
  private boolean mayHaveTakenElsewhere(KnownTask task) {
    CpuSwitches switches = world.switches();
    long heldNothingAt = Math.max(task.inUserModeAt().at(), task.lastSectionEndedAt);
    return switches.areSeen() ? switches.mayHaveBeenElsewhere(task, heldNothingAt) : !task.isCallsRecorded();
  }

  /** How often a task gave back what it was not seen to take, though it was being traced, and may have taken it on another CPU. */
  long unpairedReleases() {
    return unpairedReleases;
  }

  /** A release in interrupt context, or by a task that holds nothing: mmap_read_unlock_non_owner() (kernel/bpf/stackmap.c). */
  void releasedBySomebody(KnownMm mm, boolean write) {
    if (write) {
      return;
    }
    for (KnownHold hold : mm.holds().toArray(new KnownHold[0])) {
      if (!hold.isWrite()) {
        hold.task().forgetHold(hold);
      }
    }
  }

  private void taken(KnownTask task, KnownMm mm, boolean write, @Nullable KnownHold stale) {
    mm.lockTaken();
    world.begin(write ? Op.MMAP_WRITE_LOCK : Op.MMAP_READ_LOCK, task, mm, null);
    world.contradictions().taken(task, stale, world.now());
    world.emit();

    if (stale != null) {
      task.forgetHold(stale); // its release was not recorded
    }
    if (!write) {
      task.readLock(mm, world.now());
      return;
    }
    KnownSection outer = task.innermostSection();
    task.writeLock(mm, world.now());
    if (outer != null && task.syscall.isFork()) {
      world.bind(task, outer.mm()); // copy_mm() copies current->mm
      task.fork(outer.mm(), mm);
    }
  }

  private void downgraded(KnownTask task, KnownHold hold) {
    world.begin(Op.MMAP_WRITE_DOWNGRADE, task, hold.mm(), null);
    world.emit();
    if (task.syscall.kind == SyscallEvents.SYS_ENTER_MUNMAP) {
      trees.munmapped(task, hold.mm());
    }
    task.lastSectionEndedAt = world.now().at();
    world.clocks.ends(hold.mm().clocks, hold.acquired(), true, world.now());
    task.downgrade(hold, world.now());
  }

  /** The mm of a start_locking, which may be a new one, and what it says of the task. */
  private KnownMm locked(KnownTask task, long address, boolean write) {
    boolean nested = write && task.innermostSection() != null;
    KnownMm mm;
    if (write && task.syscall.isExec() && task.syscall.execMm == null) {
      mm = world.newMm(address); // bprm_mm_init(), fs/exec.c: the first mm that an execve() write-locks is the one it builds
      task.syscall.execMm = mm;
    } else if (nested && task.syscall.isFork() && task.holdOf(world.mm(address)) == null) {
      mm = world.newMm(address); // dup_mmap(), kernel/fork.c: the child's mm, locked inside the parent's section
    } else {
      mm = world.mm(address);
    }
    task.lastLocked = mm;
    if (task.syscall.isOnOwnMm()) {
      world.bind(task, mm);
    }
    return mm;
  }

  /** contention_begin: if it is of the mmap_lock that the task is about to take, it waits for that. */
  void contended(KnownTask task, EventBatch events, int i) {
    KnownMm mm = task.asked.mm();
    if (mm != null && isMmapLock(mm, task.asked.isForWrite(), events, i)) {
      task.faultCall().block(world.now());
    }
  }

  /**
   * Whether a contended lock can be the mmap_lock of an mm: a rw_semaphore has the flag READ or WRITE, and neither those of spinlocks and
   * mutexes nor PERCPU (kernel/locking/rwsem.c rwsem_down_read_slowpath(), rwsem_down_write_slowpath(), 5.19), and lies in its mm_struct.
   */
  private static boolean isMmapLock(KnownMm mm, boolean write, EventBatch events, int i) {
    long flags = events.value(i, Field.FLAGS);
    boolean rwsem = (flags & (ContentionEvents.SPIN | ContentionEvents.PERCPU | ContentionEvents.MUTEX)) == 0
        && (flags & (write ? ContentionEvents.WRITE : ContentionEvents.READ)) != 0;
    long lock = events.value(i, Field.LOCK);
    boolean comparable = lock < 0 && mm.address() < 0; // raw pointers of the kernel, not hashed ones
    return rwsem && (!comparable || lock - mm.address() >= 0 && lock - mm.address() < MOST_MM_BYTES);
  }
}
