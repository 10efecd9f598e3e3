package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.List;
import java.util.Set;

/**
 * What an event of each kind does to the state: one line per event. A function's event that shows a VMA and one op, and does nothing else,
 * needs no line here.
 */
final class Handlers {
  /** What an event does, in the context of a task. */
  @FunctionalInterface
  interface Handler {
    void handle(KnownTask task, EventBatch events, int i);
  }

  private static final Handler OF_NO_CONSEQUENCE = (_, _, _) -> {};

  /** Functions that tell the rules something, and from which nothing follows. */
  private static final List<EventKind> SHOWN =
      List.of(
          LookUpEvents.LOCK_NEXT_VMA_RET,
          LookUpEvents.UFFD_LOCK_VMA_RET,
          LookUpEvents.DO_PROCMAP_QUERY,
          LookUpEvents.DO_PROCMAP_QUERY_RET,
          FaultEvents.HANDLE_USERFAULT,
          VmaEvents.ANON_VMA_CLONE,
          MunmapEvents.MPROTECT_FIXUP,
          MunmapEvents.MPROTECT_FIXUP_RET,
          MunmapEvents.MLOCK_FIXUP,
          MunmapEvents.MLOCK_FIXUP_RET,
          MunmapEvents.MADVISE_VMA_BEHAVIOR,
          MunmapEvents.MADVISE_VMA_BEHAVIOR_RET,
          MunmapEvents.MBIND_RANGE,
          MunmapEvents.MBIND_RANGE_RET,
          MunmapEvents.USERFAULTFD_SET_CTX_RET,
          MunmapEvents.FREE_PGTABLES,
          MunmapEvents.FREE_PGTABLES_RET,
          MunmapEvents.MOVE_PAGE_TABLES,
          MunmapEvents.DO_VMI_ALIGN_MUNMAP_RET,
          MmEvents.MM_DROP_ALL_LOCKS);

  private final Handler[] handlers = new Handler[EventKinds.count()];
  private final Faults faults;
  private final Locks locks;
  private final Trees trees;
  private final Syscalls syscalls;

  Handlers(World world, Faults faults, Locks locks, Trees trees, Vmas vmas) {
    this.faults = faults;
    this.locks = locks;
    this.trees = trees;
    Processes processes = new Processes(world, faults);
    syscalls = new Syscalls(world, faults, trees);
    for (EventKind kind : EventKinds.all()) {
      on(kind, usual(kind, vmas, syscalls));
    }
    on(ContentionEvents.CONTENTION_BEGIN, locks::contended);
    on(MmapLockEvents.MMAP_LOCK_SEQ, locks::seqRead);
    onFaults(faults);
    onTasks(world, processes);
    onVmas(vmas);
    SHOWN.forEach(kind -> on(kind, shown(kind, vmas)));
    onTrees(trees, vmas);
    on(SyscallEvents.RAW_SYS_ENTER, syscalls::enterRaw);
    on(SyscallEvents.RAW_SYS_EXIT, syscalls::exitRaw);
  }

  /** The system calls of all tasks. */
  Syscalls syscalls() {
    return syscalls;
  }

  /** Does what an event does: what most events are not by the table, whose call is indirect. */
  void handle(KnownTask task, EventKind kind, EventBatch events, int i) {
    if (kind == PageFaultEvents.PAGE_FAULT_USER) {
      faults.begin(task, events, i);
    } else if (kind == MapleTreeEvents.MA_WRITE) {
      trees.written(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED) {
      locks.acquired(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
      locks.start(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_RELEASED) {
      locks.released(task, events, i);
    } else {
      handlers[kind.ordinal()].handle(task, events, i);
    }
  }

  private void on(EventKind kind, Handler handler) {
    handlers[kind.ordinal()] = handler;
  }

  private static Handler usual(EventKind kind, Vmas vmas, Syscalls syscalls) {
    return switch (kind.source()) {
      case SYSCALL_ENTER -> syscalls::enter;
      case SYSCALL_EXIT -> syscalls::exit;
      case PROBE_ENTRY, PROBE_RETURN -> showsItsVma(kind, vmas);
      case TRACEPOINT, EVENT_PROBE, MARKER -> OF_NO_CONSEQUENCE;
    };
  }

  private static Handler showsItsVma(EventKind kind, Vmas vmas) {
    Set<Op> ops = kind.shows();
    if (ops.size() != 1 || !kind.fields().contains(Field.VMA)) {
      return OF_NO_CONSEQUENCE;
    }
    Op op = ops.iterator().next();
    return (task, events, i) -> vmas.seen(op, task, events, i);
  }

  private static Handler shown(EventKind kind, Vmas vmas) {
    Op op = kind.shows().iterator().next();
    return kind.fields().contains(Field.VMA) ? (task, events, i) -> vmas.shown(op, task, events, i) : (task, events, i) -> vmas.about(op, task, events, i);
  }

  private void onFaults(Faults faults) {
    on(PageFaultEvents.PAGE_FAULT_KERNEL, faults::begin);
    on(MapleTreeEvents.MA_READ, faults.locks()::found);
    on(LookUpEvents.LOCK_VMA_UNDER_RCU, faults::lookUp);
    on(LookUpEvents.LOCK_VMA_UNDER_RCU_RET, faults::lookedUp);
    on(FaultEvents.HANDLE_MM_FAULT, faults::handle);
    on(FaultEvents.HANDLE_MM_FAULT_RET, faults::handled);
    on(FaultEvents.VMF_ANON_PREPARE_RET, faults::anonPrepared);
  }

  private void onTasks(World world, Processes processes) {
    on(
        SchedEvents.SCHED_SWITCH,
        (task, events, i) -> {
          world.switches().left(task, (int) events.value(i, Field.PID), world.now());
          task.seen.leave();
          KnownTask next = world.knownTask((int) events.value(i, Field.PID));
          if (next != null) {
            next.seen.comeBack(world.now());
          }
          processes.switched(task, events, i);
        });
    on(SchedEvents.SCHED_PROCESS_FORK, processes::forked);
    on(SchedEvents.TASK_NEWTASK, processes::newTask);
    on(SchedEvents.SCHED_PROCESS_EXEC, (task, events, i) -> processes.exec(task));
    on(SchedEvents.SCHED_PROCESS_EXIT, (task, events, i) -> processes.exited(task));
    on(SchedEvents.SCHED_PROCESS_FREE, (task, events, i) -> world.taskGone((int) events.value(i, Field.PID)));
    on(MemoryEvents.EXIT_MMAP_EVENT, (task, events, i) -> processes.mmExits(task));
    on(MemoryEvents.KMEM_CACHE_FREE, (task, events, i) -> processes.freed(task, events.value(i, Field.OTHER)));
    on(MmEvents.DUP_MMAP_RET, processes::copied);
    on(MmEvents.RCUWAIT_WAKE_UP, (task, events, i) -> processes.woken(task, events.value(i, Field.LOCK)));
  }

  private void onVmas(Vmas vmas) {
    on(WriteLockEvents.VMA_START_WRITE, vmas::startWrite);
    on(WriteLockEvents.VMA_START_WRITE_RET, vmas::startedWrite);
    on(WriteLockEvents.VMA_MARK_DETACHED, (task, events, i) -> vmas.detaching(Op.VMA_MARK_DETACHED, task, events, i));
    on(WriteLockEvents.VMA_MARK_DETACHED_RET, vmas::detached);
    on(
        WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH,
        (task, events, i) -> vmas.detaching(Op.VMA_EXCLUDE_READERS_FOR_DETACH, task, events, i));
    on(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET, vmas::excluded);
    on(VmaEvents.VM_AREA_ALLOC_RET, vmas::allocated);
    on(VmaEvents.VM_AREA_DUP_RET, vmas::copied);
    on(VmaEvents.VM_AREA_FREE, vmas::freed);
    on(VmaEvents.VM_AREA_FREE_RCU_CB, vmas::reallyFreed);
    on(MapleTreeEvents.MA_WRITE_VMA, vmas::stored);
  }

  private void onTrees(Trees trees, Vmas vmas) {
    on(MunmapEvents.VMS_GATHER_MUNMAP_VMAS, trees::gathering);
    on(MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, trees::gathered);
    on(MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS, trees::completing);
    on(MunmapEvents.EXPAND_DOWNWARDS, vmas::expanded);
  }
}
