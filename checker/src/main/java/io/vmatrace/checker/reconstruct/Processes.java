package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** Which task runs in which mm: fork, exec and exit. */
final class Processes {
  private static final long CLONE_VM = 0x100;

  private final World world;
  private final Faults faults;
  private final WriterWait writerWait;

  Processes(World world, Faults faults) {
    this.world = world;
    this.faults = faults;
    writerWait = new WriterWait(world);
  }

  /** task_newtask (kernel/fork.c): the child shares the mm exactly with CLONE_VM. */
  void newTask(KnownTask parent, EventBatch events, int i) {
    boolean shares = (events.value(i, Field.FLAGS) & CLONE_VM) != 0;
    born((int) events.value(i, Field.PID), shares ? parent.mm() : parent.forkChild());
  }

  /** sched_process_fork: says nothing of the mm, but an mm copied in this system call is the child's. */
  void forked(KnownTask parent, EventBatch events, int i) {
    int pid = (int) events.value(i, Field.PID);
    if (world.task(pid).bornAt > 0) {
      return; // task_newtask came first and knew more
    }
    KnownMm copied = parent.forkChild();
    boolean known = parent.syscall.isFork() && world.shown().has(Op.MMAP_WRITE_LOCK);
    born(pid, copied != null ? copied : known ? parent.mm() : null);
  }

  /** dup_mmap() returned: it has released both mmap_locks, so nothing changes. The step's mm is the copy. */
  void copied(KnownTask parent, EventBatch events, int i) {
    KnownMm copy = events.has(i, Field.MM) ? world.mm(events.value(i, Field.MM)) : parent.forkChild();
    Step step = world.begin(Op.DUP_MMAP_RET, parent, copy, null);
    if (events.has(i, Field.RET)) {
      step.ret(events.value(i, Field.RET));
    }
    world.emit();
  }

  private void born(int pid, @Nullable KnownMm mm) {
    KnownTask child = world.newTask(pid);
    child.bornAt = world.now().at();
    if (mm != null) {
      world.bind(child, mm);
    }
  }

  /** sched_process_exec (fs/exec.c): since exec_mmap() the task has locked nothing but its new mm. */
  void exec(KnownTask task) {
    KnownMm mm = task.lastLocked;
    task.runsIn(null);
    if (mm != null) {
      world.bind(task, mm);
    }
  }

  /** sched_process_exit: the task will not return to user mode; a fault without an end is one that killed it. */
  void exited(KnownTask task) {
    faults.killed(task);
  }

  /** mmap:exit_mmap: the tree of the mm whose write lock the task holds is destroyed (mm/mmap.c exit_mmap()). */
  void mmExits(KnownTask task) {
    KnownSection section = task.innermostSection();
    KnownMm mm = section == null ? null : section.mm();
    world.begin(Op.EXIT_MMAP, task, mm, null);
    world.emit();
    if (mm != null) {
      mm.exit();
    } else if (task.mm() != null) {
      task.mm().mayHaveExited();
    }
  }

  /** kmem_cache_free() of any cache: where an mm was that has exited, or whose lock is held, it is that mm (kernel/fork.c __mmdrop()). */
  void freed(KnownTask task, long object) {
    KnownMm mm = world.lastMmAt(object);
    if (mm != null && (mm.isExited() || !mm.holds().isEmpty())) {
      world.begin(Op.MM_FREE, task, mm, null);
      world.emit();
    }
  }

  /** rcuwait_wake_up(): of an mm's vma_writer_wait, or of another rcuwait. */
  void woken(KnownTask task, long rcuwait) {
    KnownMm mm = writerWait.mmOf(rcuwait);
    if (mm != null) {
      world.begin(Op.RCUWAIT_WAKE_UP, task, mm, null);
      world.emit();
    }
  }

  /** sched_switch: the task gives its CPU up, for a while or for good. */
  void switched(KnownTask task, EventBatch events, int i) {
    long state = events.value(i, Field.STATE);
    if (state == 'X' || state == 'Z') {
      faults.cutOff(task);
      world.begin(Op.TASK_DIES, task, task.mm(), null);
      world.emit();
      world.taskGone(task.pid());
    } else if (state != 'R') {
      world.begin(Op.TASK_SLEEPS, task, task.mm(), null);
      world.emit();
      task.read().sleep(world.now());
      task.startWrite().sleep(world.now());
      task.detach().sleep(world.now());
      task.fault.sleep();
    }
  }
}
