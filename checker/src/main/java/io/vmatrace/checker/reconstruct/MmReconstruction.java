package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Op;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.util.Map;
import java.util.Set;

/**
 * Events in the capture's order to steps. Everything begins unknown and becomes known by evidence; a loss makes everything
 * unknown again (design.md section 2).
 */
public final class MmReconstruction {
  private final StepSink sink;
  private final World world;
  private final Faults faults;
  private final Trees trees;
  private final Locks locks;
  private final Vmas vmas;
  private final Processes processes;
  private final Losses losses;
  private final Witness witness = new Witness();
  private final Pointers pointers = new Pointers();

  public MmReconstruction(StepSink sink) {
    this.sink = sink;
    world = new World(sink);
    faults = new Faults(world);
    trees = new Trees(world);
    locks = new Locks(world, trees);
    vmas = new Vmas(world);
    processes = new Processes(world, faults, trees);
    losses = new Losses(world, sink);
  }

  /** Applies a batch, which must follow the one before it in the capture. */
  public void apply(EventBatch events) {
    for (int i = 0, n = events.size(); i < n; i++) {
      apply(events, i);
    }
  }

  /** The capture is over: faults still in flight are counted, and tasks that were made and never seen are taken for losses. */
  public void finish() {
    losses.finish();
    if (world.silentSince() < Long.MAX_VALUE) {
      sink.lost(world.silentSince());
    }
    world.stillWaiting();
    world.cutOffFaults();
  }

  /** The ops that the capture has shown. */
  public Set<Op> witnessed() {
    return world.witnessed();
  }

  /** What kinds of evidence the capture has shown. */
  public Witness witness() {
    return witness;
  }

  /** How often an event was older than the one before it in the capture. */
  public long timeWentBack() {
    return losses.timeWentBack();
  }

  /** How many CPUs had events. */
  public int cpusSeen() {
    return losses.cpusSeen();
  }

  /** Ends of calls and holds whose begins are missing though the task was being traced: in a whole capture there are none. */
  public long unpairedEvents() {
    return world.unpairedEvents();
  }

  /** Events that were left out because their pointers are raw while those of the tracepoints are hashed ({@link Pointers}). */
  public long leftOut() {
    return pointers.leftOut();
  }

  public FaultTally faults() {
    return world.faults();
  }

  public Map<FaultReason, Long> faultReasons() {
    return world.reasons();
  }

  /** Calls back for each mm that was met, in the order in which they were met, at most {@value World#MOST_MMS}. */
  public void forEachMm(MmVisitor visitor) {
    for (World.MmFigures figures : world.figures()) {
      visitor.visit(figures.mm(), figures.tasks().toSortedArray());
    }
  }

  /** Receives each mm and the pids that ran in it, ascending. */
  public interface MmVisitor {
    void visit(MmState mm, int[] tasks);
  }

  /** Applies the i-th event of a batch, which must follow the one before it in the capture. */
  public void apply(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    int cpu = events.cpu(i);
    long earliest = events.isTimeLatest(i) ? losses.lastTimeOf(cpu) : events.time(i);
    world.now().set(events.at(i), earliest, events.time(i), cpu);
    if (kind == EventKind.DIED_IN_FAULT) {
      faults.died(world.task(events.task(i)));
      return;
    }
    if (kind.source() == EventKind.Source.MARKER) {
      losses.marker(kind, events, i);
      return;
    }
    losses.event(cpu, events.at(i), events.time(i));
    boolean mixed = pointers.isMixed();
    if (pointers.isForeign(kind, events, i)) {
      if (!mixed) {
        world.forget();
      }
      return;
    }
    if (mixed != pointers.isMixed()) {
      world.forget();
    }
    TaskContext task = world.task(events.task(i));
    if (events.inInterrupt(i)) {
      inInterrupt(task, kind, events, i);
      return;
    }
    if (!task.seen(events.time(i), cpu)) {
      faults.cutOff(task);
      task.forget();
    }
    witness.see(kind, events, i);
    closeWhatThisEnds(task, kind);
    dispatch(task, kind, events, i);
  }

  /** An interrupt borrows the pid of the task that it interrupted (R114): only what it does to locks matters. */
  private void inInterrupt(TaskContext task, EventKind kind, EventBatch events, int i) {
    if (kind == EventKind.MMAP_LOCK_RELEASED) {
      locks.releasedBySomebody(world.mm(events.value(i, Field.MM)), events.value(i, Field.WRITE) != 0);
    } else if (kind == EventKind.VM_AREA_FREE_RCU_CB) {
      vmas.reallyFreed(task, events, i);
    }
  }

  /** A look-up, a read lock outside a fault and a __vma_start_write() are over when the task is seen doing something else. */
  private static void closeWhatThisEnds(TaskContext task, EventKind kind) {
    var state = task.state;
    if (state.read().mm() == null && state.startWrite().vma() == null && state.detach().vma() == null
        || kind == EventKind.SCHED_SWITCH
        || kind == EventKind.CONTENTION_BEGIN
        || kind == EventKind.CONTENTION_END
        || kind == EventKind.KMEM_CACHE_FREE
        || kind == EventKind.RCUWAIT_WAKE_UP) {
      return;
    }
    boolean looking = state.read().entered().known() && !state.read().granted().known();
    if (looking && kind != EventKind.LOCK_VMA_UNDER_RCU_RET
        || state.read().granted().known() && !state.faultCall().entered().known() && kind != EventKind.HANDLE_MM_FAULT) {
      state.read().close();
    }
    if (state.startWrite().entered().known()
        && kind != EventKind.VMA_START_WRITE_RET
        && kind != EventKind.VMA_START_EXCLUDE_READERS) {
      state.startWrite().close();
    }
    if (kind != EventKind.VMA_MARK_DETACHED_RET
        && kind != EventKind.VMA_EXCLUDE_READERS_FOR_DETACH_RET
        && kind != EventKind.VMA_START_EXCLUDE_READERS) {
      state.detach().close();
    }
  }

  private void dispatch(TaskContext task, EventKind kind, EventBatch events, int i) {
    switch (kind) {
      case MMAP_LOCK_START_LOCKING -> {
        faults.mmapLockSeen();
        locks.start(task, events, i);
      }
      case MMAP_LOCK_ACQUIRE_RETURNED -> locks.acquired(task, events, i);
      case MMAP_LOCK_RELEASED -> locks.released(task, events, i);
      case PAGE_FAULT_USER -> faults.begin(task, events, i, true);
      case PAGE_FAULT_KERNEL -> faults.begin(task, events, i, false);
      case MA_WRITE -> trees.written(task, events, i);
      case MA_READ -> faults.found(task, events, i);
      case LOCK_VMA_UNDER_RCU -> faults.lookUp(task, events, i);
      case LOCK_VMA_UNDER_RCU_RET -> faults.lookedUp(task, events, i);
      case HANDLE_MM_FAULT -> faults.handle(task, events, i);
      case HANDLE_MM_FAULT_RET -> faults.handled(task, events, i);
      case VMF_ANON_PREPARE_RET -> faults.anonPrepared(task, events, i);
      case SCHED_SWITCH -> switched(task, events, i);
      case CONTENTION_BEGIN -> contended(task);
      case EXIT_MMAP_EVENT -> processes.mmExits(task);
      case KMEM_CACHE_FREE -> processes.freed(task, events.value(i, Field.OTHER));
      case SCHED_PROCESS_FORK -> processes.forked(task, events, i);
      case TASK_NEWTASK -> processes.newTask(task, events, i);
      case SCHED_PROCESS_EXEC -> processes.exec(task);
      case SCHED_PROCESS_EXIT -> processes.exited(task);
      case SCHED_PROCESS_FREE -> world.taskGone((int) events.value(i, Field.PID));
      default -> {
        switch (kind.source()) {
          case SYSCALL_ENTER -> processes.sysEnter(task, kind, events, i);
          case SYSCALL_EXIT -> processes.sysExit(task, kind, events, i);
          default -> dispatchRarer(task, kind, events, i);
        }
      }
    }
  }

  private void dispatchRarer(TaskContext task, EventKind kind, EventBatch events, int i) {
    switch (kind) {
      case VMA_START_WRITE -> vmas.startWrite(task, events, i);
      case VMA_START_WRITE_RET -> vmas.startedWrite(task, events, i);
      case VMA_MARK_DETACHED -> vmas.detaching(Op.VMA_MARK_DETACHED, task, events, i);
      case VMA_MARK_DETACHED_RET -> vmas.detached(task, events, i);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> vmas.detaching(Op.VMA_EXCLUDE_READERS_FOR_DETACH, task, events, i);
      case VMA_EXCLUDE_READERS_FOR_DETACH_RET -> vmas.excluded(task, events, i);
      case VM_AREA_ALLOC_RET -> vmas.allocated(task, events, i);
      case VM_AREA_DUP_RET -> vmas.copied(task, events, i);
      case VM_AREA_FREE -> vmas.freed(task, events, i);
      case VM_AREA_FREE_RCU_CB -> vmas.reallyFreed(task, events, i);
      case REMOVE_VMA -> vmas.seen(Op.REMOVE_VMA, task, events, i);
      case VMA_LINK -> vmas.seen(Op.VMA_LINK, task, events, i);
      case VMA_PREPARE -> vmas.prepared(task, events, i);
      case VMA_COMPLETE -> vmas.completed(task, events, i);
      case RCUWAIT_WAKE_UP -> processes.woken(task, events.value(i, Field.LOCK));
      case SPLIT_VMA -> vmas.seen(Op.SPLIT_VMA, task, events, i);
      case EXPAND_DOWNWARDS -> {
        vmas.seen(Op.EXPAND_DOWNWARDS, task, events, i);
        task.fault.stackGrowth = true;
      }
      case VMS_GATHER_MUNMAP_VMAS -> trees.gathering(task, events, i);
      case VMS_GATHER_MUNMAP_VMAS_RET -> trees.gathered(task, events, i);
      case VMS_COMPLETE_MUNMAP_VMAS -> trees.completing(task, events, i);
      default -> {
        // witnessed, and of no consequence to the state
      }
    }
  }

  private void switched(TaskContext task, EventBatch events, int i) {
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

  private void contended(TaskContext task) {
    if (task.state.locking() != null) {
      task.state.faultCall().block(world.now());
    }
  }
}
