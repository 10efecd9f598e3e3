package io.vmatrace.checker.evidence;

import io.vmatrace.checker.mm.Generation;
import io.vmatrace.checker.mm.Op;
import io.vmatrace.parser.event.EventKind;
import java.util.List;
import java.util.Set;

/** Which events show an op, and which of them no process can do without. */
final class Sources {
  /** Events of which every process that runs for a moment makes some: where none is, none was recorded. */
  private static final Set<EventKind> CERTAIN =
      Set.of(
          EventKind.MMAP_LOCK_START_LOCKING,
          EventKind.MMAP_LOCK_ACQUIRE_RETURNED,
          EventKind.MMAP_LOCK_RELEASED,
          EventKind.PAGE_FAULT_USER,
          EventKind.MA_WRITE,
          EventKind.SCHED_SWITCH,
          EventKind.LOCK_VMA_UNDER_RCU,
          EventKind.LOCK_VMA_UNDER_RCU_RET,
          EventKind.HANDLE_MM_FAULT,
          EventKind.HANDLE_MM_FAULT_RET,
          EventKind.VMA_START_WRITE,
          EventKind.VMA_START_WRITE_RET,
          EventKind.VMA_MARK_DETACHED,
          EventKind.VMA_MARK_DETACHED_RET,
          EventKind.VM_AREA_ALLOC_RET);

  private Sources() {}

  /** Whether an event's absence proves that it was not recorded. */
  static boolean isCertain(EventKind kind, Generation design) {
    boolean freedAtExit = design != Generation.RWSEM; // there exit_mmap() goes past vm_area_free(): mm/mmap.c exit_mmap() (6.12)
    return CERTAIN.contains(kind) || kind == EventKind.VM_AREA_FREE && freedAtExit;
  }

  /** The events that show an op; empty for those that system calls show, and for what only a kernel log does. */
  static List<EventKind> of(Op op) {
    return switch (op) {
      case MMAP_LOCK_START -> List.of(EventKind.MMAP_LOCK_START_LOCKING);
      case MMAP_LOCK_FAILED, MMAP_READ_LOCK, MMAP_WRITE_LOCK, MMAP_WRITE_DOWNGRADE ->
          List.of(EventKind.MMAP_LOCK_START_LOCKING, EventKind.MMAP_LOCK_ACQUIRE_RETURNED);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> List.of(EventKind.MMAP_LOCK_RELEASED);
      case PAGE_FAULT, PAGE_FAULT_SERVED -> List.of(EventKind.PAGE_FAULT_USER);
      case SYSCALL_ENTER, SYSCALL_EXIT, DIED_IN_FAULT -> List.of();
      case TASK_SLEEPS -> List.of(EventKind.SCHED_SWITCH);
      case CONTENTION_BEGIN -> List.of(EventKind.CONTENTION_BEGIN);
      case LOCK_VMA_UNDER_RCU -> List.of(EventKind.LOCK_VMA_UNDER_RCU);
      case VMA_START_READ, VMA_START_READ_REFUSED -> List.of(EventKind.LOCK_VMA_UNDER_RCU_RET);
      case HANDLE_MM_FAULT -> List.of(EventKind.HANDLE_MM_FAULT);
      case HANDLE_MM_FAULT_RET -> List.of(EventKind.HANDLE_MM_FAULT_RET);
      case VMA_START_WRITE -> List.of(EventKind.VMA_START_WRITE);
      case VMA_START_WRITE_RET -> List.of(EventKind.VMA_START_WRITE_RET);
      case VMA_MARK_DETACHED -> List.of(EventKind.VMA_MARK_DETACHED);
      case VMA_MARK_DETACHED_RET -> List.of(EventKind.VMA_MARK_DETACHED_RET);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> List.of(EventKind.VMA_EXCLUDE_READERS_FOR_DETACH);
      case VMA_EXCLUDE_READERS_FOR_DETACH_RET -> List.of(EventKind.VMA_EXCLUDE_READERS_FOR_DETACH_RET);
      case STILL_WAITS_FOR_READERS -> List.of(EventKind.VMA_START_WRITE, EventKind.SCHED_SWITCH);
      case RCUWAIT_WAKE_UP -> List.of(EventKind.RCUWAIT_WAKE_UP);
      case MM_FREE -> List.of(EventKind.KMEM_CACHE_FREE);
      case VM_AREA_ALLOC -> List.of(EventKind.VM_AREA_ALLOC_RET);
      case VM_AREA_DUP -> List.of(EventKind.VM_AREA_DUP_RET);
      case VM_AREA_FREE -> List.of(EventKind.VM_AREA_FREE);
      case VM_AREA_FREE_RCU -> List.of(EventKind.VM_AREA_FREE_RCU_CB);
      case REMOVE_VMA -> List.of(EventKind.REMOVE_VMA);
      case VMA_LINK -> List.of(EventKind.VMA_LINK);
      case VMA_PREPARE -> List.of(EventKind.VMA_PREPARE);
      case VMA_COMPLETE -> List.of(EventKind.VMA_COMPLETE);
      case SPLIT_VMA -> List.of(EventKind.SPLIT_VMA);
      case MAS_STORE, MAS_ERASE -> List.of(EventKind.MA_WRITE);
      case VMS_GATHER_MUNMAP_VMAS -> List.of(EventKind.VMS_GATHER_MUNMAP_VMAS);
      case VMS_GATHER_MUNMAP_VMAS_RET -> List.of(EventKind.VMS_GATHER_MUNMAP_VMAS, EventKind.VMS_GATHER_MUNMAP_VMAS_RET);
      case VMS_COMPLETE_MUNMAP_VMAS -> List.of(EventKind.VMS_COMPLETE_MUNMAP_VMAS);
      case EXPAND_DOWNWARDS -> List.of(EventKind.EXPAND_DOWNWARDS);
      case DUP_MMAP -> List.of(EventKind.DUP_MMAP);
      case DUP_MMAP_RET -> List.of(EventKind.DUP_MMAP_RET);
      case EXIT_MMAP -> List.of(EventKind.EXIT_MMAP_EVENT);
    };
  }

  /** The folder of a tracepoint, or of all of its group where a part of them is worth little, under events/. */
  static String folder(EventKind tracepoint) {
    return switch (tracepoint) {
      case MMAP_LOCK_START_LOCKING, MMAP_LOCK_ACQUIRE_RETURNED, MMAP_LOCK_RELEASED -> "mmap_lock";
      case PAGE_FAULT_USER, PAGE_FAULT_KERNEL -> "exceptions";
      case MA_WRITE, MA_READ, MA_OP -> "maple_tree";
      case VM_UNMAPPED_AREA, EXIT_MMAP_EVENT -> "mmap";
      case CONTENTION_BEGIN, CONTENTION_END, CONTENDED_RELEASE -> "lock/" + tracepoint.kernelName();
      case KMEM_CACHE_FREE -> "kmem/" + tracepoint.kernelName();
      case TASK_NEWTASK -> "task/" + tracepoint.kernelName();
      default -> "sched/" + tracepoint.kernelName();
    };
  }

  /** Another event that is switched on together with one, if there is such a thing: where it was seen, the one was recorded too. */
  static EventKind companion(EventKind kind) {
    return switch (kind) {
      case EXIT_MMAP_EVENT -> EventKind.VM_UNMAPPED_AREA;
      case PAGE_FAULT_USER -> EventKind.PAGE_FAULT_KERNEL;
      case MA_WRITE -> EventKind.MA_READ;
      default -> kind;
    };
  }
}
