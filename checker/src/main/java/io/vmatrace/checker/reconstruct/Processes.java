package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** Which task runs in which mm: fork, exec and exit; and the system calls, whose ends show a task in user mode. */
final class Processes {
  private static final long CLONE_VM = 0x100;

  /** Offset of vma_writer_wait in struct mm_struct: 6.16 to 6.18, and 7.2 (protocol.md 3.1, from the kernels' BTF). */
  private static final long[] WRITER_WAIT = {240, 456};

  private final World world;
  private final Faults faults;
  private final Trees trees;

  Processes(World world, Faults faults, Trees trees) {
    this.world = world;
    this.faults = faults;
    this.trees = trees;
  }

  void sysEnter(TaskContext task, EventKind kind, EventBatch events, int i) {
    faults.end(task);
    world.begin(Op.SYSCALL_ENTER, task, task.state.mm(), null);
    world.emit();
    task.state.inUserMode();
    if (task.syscall != null && kind.source() == EventKind.Source.SYSCALL_ENTER) {
      world.unpaired();
    }
    task.syscall = kind;
    task.wasInSyscall = true;
    task.syscallStart = events.value(i, Field.START);
    task.syscallLength = events.value(i, Field.LENGTH);
    task.syscallNewLength = events.value(i, Field.NEW_LENGTH);
    task.syscallFlags = events.value(i, Field.FLAGS);
    task.execMm = null;
    task.state.forked();
  }

  void sysExit(TaskContext task, EventKind kind, EventBatch events, int i) {
    faults.end(task);
    if (task.syscall == null && task.wasInSyscall) {
      world.unpaired();
    }
    trees.returned(task, kind, events.value(i, Field.RET));
    world.begin(Op.SYSCALL_EXIT, task, task.state.mm(), null);
    world.emit();
    task.state.inUserMode();
    task.syscall = null;
    task.execMm = null;
  }

  /** sched_switch: the task gives its CPU up, for a while or for good. */
  void switched(TaskContext task, EventBatch events, int i) {
    long state = events.value(i, Field.STATE);
    if (state == 'X' || state == 'Z') {
      faults.cutOff(task);
      world.taskGone(task.state.pid());
    } else if (state != 'R') {
      world.begin(Op.TASK_SLEEPS, task, task.state.mm(), null);
      world.emit();
      task.state.read().sleep(world.now());
      task.state.startWrite().sleep(world.now());
      task.state.detach().sleep(world.now());
    }
  }

  /** task_newtask (kernel/fork.c): the child shares the mm exactly with CLONE_VM. */
  void newTask(TaskContext parent, EventBatch events, int i) {
    boolean shares = (events.value(i, Field.FLAGS) & CLONE_VM) != 0;
    born((int) events.value(i, Field.PID), shares ? parent.state.mm() : parent.state.forkChild());
  }

  /** sched_process_fork: says nothing of the mm, but an mm copied in this system call is the child's. */
  void forked(TaskContext parent, EventBatch events, int i) {
    int pid = (int) events.value(i, Field.PID);
    if (world.task(pid).bornAt > 0) {
      return; // task_newtask came first and knew more
    }
    MmState copied = parent.state.forkChild();
    boolean known = parent.isInFork() && world.hasWitnessed(Op.MMAP_WRITE_LOCK);
    born(pid, copied != null ? copied : known ? parent.state.mm() : null);
  }

  private void born(int pid, @Nullable MmState mm) {
    TaskContext child = world.newTask(pid);
    child.bornAt = world.now().at();
    if (mm != null) {
      world.bind(child, mm);
    }
  }

  /** sched_process_exec (fs/exec.c): since exec_mmap() the task has locked nothing but its new mm. */
  void exec(TaskContext task) {
    MmState mm = task.lastLocked;
    task.state.runsIn(null);
    if (mm != null) {
      world.bind(task, mm);
    }
  }

  /** sched_process_exit: the task will not return to user mode; a fault without an end is one that killed it. */
  void exited(TaskContext task) {
    faults.cutOff(task);
  }

  /** mmap:exit_mmap: the tree of the mm whose write lock the task holds is destroyed (mm/mmap.c exit_mmap()). */
  void mmExits(TaskContext task) {
    WriteSection section = task.state.innermostSection();
    MmState mm = section == null ? null : section.mm();
    world.begin(Op.EXIT_MMAP, task, mm, null);
    world.emit();
    if (mm != null) {
      mm.exit();
      mm.tree().forget();
    }
  }

  /** kmem_cache_free() of any cache: where an mm was that has exited, it is that mm (kernel/fork.c __mmdrop()). */
  void freed(TaskContext task, long object) {
    MmState mm = world.lastMmAt(object);
    if (mm != null && mm.isExited()) {
      world.begin(Op.MM_FREE, task, mm, null);
      world.emit();
      mm.freed().set(world.now());
    }
  }

  /** rcuwait_wake_up(): of an mm's vma_writer_wait, or of another rcuwait. */
  void woken(TaskContext task, long rcuwait) {
    for (long offset : WRITER_WAIT) {
      MmState mm = world.lastMmAt(rcuwait - offset);
      if (mm != null) {
        world.begin(Op.RCUWAIT_WAKE_UP, task, mm, null);
        world.emit();
        mm.woken().set(world.now());
      }
    }
  }
}
