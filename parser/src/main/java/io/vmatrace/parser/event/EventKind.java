package io.vmatrace.parser.event;

import static io.vmatrace.parser.event.Field.*;

import java.util.List;

/**
 * What the trace printed: one constant per event that this project reads, with the fields that it may carry, in the order in
 * which the kernels print them. A field that a line does not have is absent ({@link EventBatch#has}), never zero.
 *
 * <p>Sources: the kernels' event formats (include/trace/events/, 6.12 to 7.2), the probes of docs/CAPTURE.md, and the captures in samples/.
 */
public enum EventKind {
  MMAP_LOCK_START_LOCKING(Source.TRACEPOINT, "mmap_lock_start_locking", MM, WRITE),
  MMAP_LOCK_ACQUIRE_RETURNED(Source.TRACEPOINT, "mmap_lock_acquire_returned", MM, WRITE, SUCCESS),
  MMAP_LOCK_RELEASED(Source.TRACEPOINT, "mmap_lock_released", MM, WRITE),

  PAGE_FAULT_USER(Source.TRACEPOINT, "page_fault_user", ADDRESS, FLAGS),
  PAGE_FAULT_KERNEL(Source.TRACEPOINT, "page_fault_kernel", ADDRESS, FLAGS),

  MA_WRITE(Source.TRACEPOINT, "ma_write", START, END, VMA),
  MA_READ(Source.TRACEPOINT, "ma_read", START, END),
  MA_OP(Source.TRACEPOINT, "ma_op", START, END),
  VM_UNMAPPED_AREA(Source.TRACEPOINT, "vm_unmapped_area", ADDRESS, LENGTH),
  /** {@code mmap:exit_mmap: mt_mod PTR, DESTROY}: LOCK holds the address of the maple tree, mm + offset of mm_mt. */
  EXIT_MMAP_EVENT(Source.TRACEPOINT, "exit_mmap", LOCK),

  /** OTHER is the object, of any cache, that goes back to the slab. */
  KMEM_CACHE_FREE(Source.TRACEPOINT, "kmem_cache_free", OTHER),

  CONTENTION_BEGIN(Source.TRACEPOINT, "contention_begin", LOCK),
  CONTENTION_END(Source.TRACEPOINT, "contention_end", LOCK, RET),
  CONTENDED_RELEASE(Source.TRACEPOINT, "contended_release", LOCK),

  /** Emitted by the parent: PID is the child. */
  SCHED_PROCESS_FORK(Source.TRACEPOINT, "sched_process_fork", PID),
  SCHED_PROCESS_EXEC(Source.TRACEPOINT, "sched_process_exec", PID),
  SCHED_PROCESS_EXIT(Source.TRACEPOINT, "sched_process_exit", PID, FLAG),
  SCHED_PROCESS_FREE(Source.TRACEPOINT, "sched_process_free", PID),
  /** Emitted by the task that goes: STATE is its prev_state, PID the next task. */
  SCHED_SWITCH(Source.TRACEPOINT, "sched_switch", STATE, PID),
  /** Emitted by the parent: PID is the child, FLAGS its clone_flags. */
  TASK_NEWTASK(Source.TRACEPOINT, "task_newtask", PID, FLAGS),

  SYS_ENTER_MMAP(Source.SYSCALL_ENTER, "mmap", START, LENGTH, FLAGS),
  SYS_ENTER_MUNMAP(Source.SYSCALL_ENTER, "munmap", START, LENGTH),
  SYS_ENTER_MPROTECT(Source.SYSCALL_ENTER, "mprotect", START, LENGTH),
  /** START old address, LENGTH old length, NEW_LENGTH, FLAGS, ADDRESS the new address. */
  SYS_ENTER_MREMAP(Source.SYSCALL_ENTER, "mremap", START, LENGTH, NEW_LENGTH, FLAGS, ADDRESS),
  SYS_ENTER_MADVISE(Source.SYSCALL_ENTER, "madvise", START, LENGTH, FLAGS),
  SYS_ENTER_BRK(Source.SYSCALL_ENTER, "brk", ADDRESS),
  SYS_ENTER_CLONE(Source.SYSCALL_ENTER, "clone", FLAGS),
  SYS_ENTER_CLONE3(Source.SYSCALL_ENTER, "clone3"),
  SYS_ENTER_FORK(Source.SYSCALL_ENTER, "fork"),
  SYS_ENTER_VFORK(Source.SYSCALL_ENTER, "vfork"),
  SYS_ENTER_EXECVE(Source.SYSCALL_ENTER, "execve"),
  SYS_ENTER_EXECVEAT(Source.SYSCALL_ENTER, "execveat"),
  SYS_ENTER_EXIT(Source.SYSCALL_ENTER, "exit"),
  SYS_ENTER_EXIT_GROUP(Source.SYSCALL_ENTER, "exit_group"),
  /** Any other system call. */
  SYS_ENTER_OTHER(Source.SYSCALL_ENTER, ""),

  SYS_EXIT_MMAP(Source.SYSCALL_EXIT, "mmap", RET),
  SYS_EXIT_MUNMAP(Source.SYSCALL_EXIT, "munmap", RET),
  SYS_EXIT_MPROTECT(Source.SYSCALL_EXIT, "mprotect", RET),
  SYS_EXIT_MREMAP(Source.SYSCALL_EXIT, "mremap", RET),
  SYS_EXIT_MADVISE(Source.SYSCALL_EXIT, "madvise", RET),
  SYS_EXIT_BRK(Source.SYSCALL_EXIT, "brk", RET),
  SYS_EXIT_CLONE(Source.SYSCALL_EXIT, "clone", RET),
  SYS_EXIT_CLONE3(Source.SYSCALL_EXIT, "clone3", RET),
  SYS_EXIT_FORK(Source.SYSCALL_EXIT, "fork", RET),
  SYS_EXIT_VFORK(Source.SYSCALL_EXIT, "vfork", RET),
  SYS_EXIT_EXECVE(Source.SYSCALL_EXIT, "execve", RET),
  SYS_EXIT_EXECVEAT(Source.SYSCALL_EXIT, "execveat", RET),
  /** Any other system call. */
  SYS_EXIT_OTHER(Source.SYSCALL_EXIT, "", RET),

  LOCK_VMA_UNDER_RCU(Source.PROBE_ENTRY, "lock_vma_under_rcu", MM, ADDRESS),
  /** VMA is the return value: 0 when no lock was given. */
  LOCK_VMA_UNDER_RCU_RET(Source.PROBE_RETURN, "lock_vma_under_rcu", VMA, MM, ADDRESS),
  LOCK_NEXT_VMA(Source.PROBE_ENTRY, "lock_next_vma", MM, ADDRESS),
  LOCK_NEXT_VMA_RET(Source.PROBE_RETURN, "lock_next_vma", VMA, MM),
  HANDLE_MM_FAULT(
      Source.PROBE_ENTRY, "handle_mm_fault",
      ADDRESS, FLAGS, VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT),
  HANDLE_MM_FAULT_RET(Source.PROBE_RETURN, "handle_mm_fault", RET, VMA, ADDRESS),
  VMF_ANON_PREPARE_RET(Source.PROBE_RETURN, "__vmf_anon_prepare", RET, VMA),
  VMA_START_WRITE(Source.PROBE_ENTRY, "__vma_start_write", VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  VMA_START_WRITE_RET(Source.PROBE_RETURN, "__vma_start_write", RET, VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  VMA_START_EXCLUDE_READERS(Source.PROBE_ENTRY, "__vma_start_exclude_readers", VMA, FLAG),
  VMA_EXCLUDE_READERS_FOR_DETACH(
      Source.PROBE_ENTRY, "__vma_exclude_readers_for_detach", VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  VMA_EXCLUDE_READERS_FOR_DETACH_RET(
      Source.PROBE_RETURN, "__vma_exclude_readers_for_detach", VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  VMA_MARK_DETACHED(Source.PROBE_ENTRY, "vma_mark_detached", VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  VMA_MARK_DETACHED_RET(Source.PROBE_RETURN, "vma_mark_detached", VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ),
  /** VMA is the return value. */
  VM_AREA_ALLOC_RET(Source.PROBE_RETURN, "vm_area_alloc", VMA, MM),
  /** VMA is the return value, OTHER the VMA that was copied. */
  VM_AREA_DUP_RET(Source.PROBE_RETURN, "vm_area_dup", VMA, OTHER),
  VM_AREA_FREE(
      Source.PROBE_ENTRY, "vm_area_free",
      VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT),
  VM_AREA_FREE_RCU_CB(Source.PROBE_ENTRY, "vm_area_free_rcu_cb", VMA),
  REMOVE_VMA(
      Source.PROBE_ENTRY, "remove_vma",
      VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT),
  VMA_LINK(
      Source.PROBE_ENTRY, "vma_link",
      VMA, MM, START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT),
  VMA_PREPARE(Source.PROBE_ENTRY, "vma_prepare", VMA, OTHER, REMOVE, START, END, REFCNT, LOCK_SEQ),
  VMA_COMPLETE(Source.PROBE_ENTRY, "vma_complete", VMA, OTHER, REMOVE, START, END, REFCNT, LOCK_SEQ),
  SPLIT_VMA(Source.PROBE_ENTRY, "__split_vma", VMA, ADDRESS, FLAG),
  VMS_GATHER_MUNMAP_VMAS(Source.PROBE_ENTRY, "vms_gather_munmap_vmas", START, END, VMA),
  VMS_GATHER_MUNMAP_VMAS_RET(Source.PROBE_RETURN, "vms_gather_munmap_vmas", RET),
  VMS_COMPLETE_MUNMAP_VMAS(Source.PROBE_ENTRY, "vms_complete_munmap_vmas", START, END),
  VMS_COMPLETE_MUNMAP_VMAS_RET(Source.PROBE_RETURN, "vms_complete_munmap_vmas"),
  MPROTECT_FIXUP(Source.PROBE_ENTRY, "mprotect_fixup", VMA, START, END),
  UNLINK_ANON_VMAS(Source.PROBE_ENTRY, "unlink_anon_vmas", VMA),
  EXPAND_DOWNWARDS(Source.PROBE_ENTRY, "expand_downwards", VMA, ADDRESS),
  FREE_PGTABLES(Source.PROBE_ENTRY, "free_pgtables"),
  MOVE_PAGE_TABLES(Source.PROBE_ENTRY, "move_page_tables"),
  /** MM is the child's, OTHER the parent's. */
  DUP_MMAP(Source.PROBE_ENTRY, "dup_mmap", MM, OTHER),
  DUP_MMAP_RET(Source.PROBE_RETURN, "dup_mmap", RET, MM),
  EXIT_MMAP(Source.PROBE_ENTRY, "exit_mmap", MM),
  RCUWAIT_WAKE_UP(Source.PROBE_ENTRY, "rcuwait_wake_up", LOCK),

  /** {@code <stack trace>} or {@code <user stack trace>}: belongs to the event before it on the same CPU. */
  STACK_TRACE(Source.MARKER, "<stack trace>"),
  /** {@code CPU:n [LOST k EVENTS]}: between the previous event of CPU n and the next one, k events are gone. */
  LOST_EVENTS(Source.MARKER, "LOST EVENTS", CPU, COUNT),
  /** {@code ##### CPU n buffer started ####}: whatever CPU n did before is gone (the kernel prints it only after overruns). */
  BUFFER_STARTED(Source.MARKER, "buffer started", CPU),
  /** A further dump of the buffer begins in a console log: what was known from the one before it has ended. */
  DUMP_STARTED(Source.MARKER, "dump started"),
  /**
   * A console log says that the task died inside handle_mm_fault(), in folio_add_new_anon_rmap(): it was putting a page into the page
   * table, so it had not let go of its locks, and never will. Comes at the end of the dump, which has no later event of the task.
   */
  DIED_IN_FAULT(Source.MARKER, "died in a fault"),
  /** Input that could not be read as an event: whatever it was, it is gone. */
  DAMAGED(Source.MARKER, "damaged"),
  /** An event of a name that this project does not read; kept so that the order and the tasks of a CPU stay known. */
  UNKNOWN(Source.MARKER, "");

  /** Where an event comes from, which decides how its name is spelled in a capture. */
  public enum Source {
    TRACEPOINT,
    /** {@code sys_NAME(…)} in kernel text, {@code sys_enter_NAME} in trace-cmd and perf. */
    SYSCALL_ENTER,
    /** {@code sys_NAME -> …} in kernel text, {@code sys_exit_NAME} in trace-cmd and perf. */
    SYSCALL_EXIT,
    /** A probe named after the function, or FUNCTION__entry. */
    PROBE_ENTRY,
    /** FUNCTION_ret, FUNCTION__exit or FUNCTION__return. */
    PROBE_RETURN,
    /** Not an event of the kernel but something that the file says about its events. */
    MARKER
  }

  private static final EventKind[] VALUES = values();
  private static final byte[] SLOTS = slots();

  private final Source source;
  private final String name;
  private final String eventName;
  private final List<Field> fields;
  private final int width;
  private final byte[] slots = new byte[Field.N];

  EventKind(Source source, String name, Field... fields) {
    this.source = source;
    this.name = name;
    eventName = eventName(source, name);
    this.fields = List.of(fields);
    width = fields.length;
    java.util.Arrays.fill(slots, (byte) -1);
    for (int i = 0; i < fields.length; i++) {
      slots[fields[i].ordinal()] = (byte) i;
    }
  }

  /** The kind with this ordinal. */
  public static EventKind of(int ordinal) {
    return VALUES[ordinal];
  }

  public Source source() {
    return source;
  }

  /** The tracepoint's, function's or system call's name, without decoration; empty for OTHER and UNKNOWN. */
  public String kernelName() {
    return name;
  }

  /** The name of one event of this kind, the same whatever the capture: page_fault_user, sys_enter_mmap, vm_area_dup_ret. */
  public String eventName() {
    return eventName;
  }

  private static String eventName(Source source, String name) {
    return switch (source) {
      case TRACEPOINT, PROBE_ENTRY -> name;
      case MARKER -> name.isEmpty() ? "unknown" : name;
      case SYSCALL_ENTER -> "sys_enter_" + (name.isEmpty() ? "other" : name);
      case SYSCALL_EXIT -> "sys_exit_" + (name.isEmpty() ? "other" : name);
      case PROBE_RETURN -> name + "_ret";
    };
  }

  /** Whether it is known and not used by the reconstruction. */
  public boolean isIgnored() {
    return switch (this) {
      case MA_OP,
          VM_UNMAPPED_AREA,
          CONTENTION_END,
          CONTENDED_RELEASE,
          UNLINK_ANON_VMAS,
          FREE_PGTABLES,
          MOVE_PAGE_TABLES,
          MPROTECT_FIXUP,
          VMA_START_EXCLUDE_READERS,
          LOCK_NEXT_VMA,
          LOCK_NEXT_VMA_RET,
          STACK_TRACE -> true;
      default -> false;
    };
  }

  /** The fields that an event of this kind may carry, in slot order. */
  public List<Field> fields() {
    return fields;
  }

  /** How many fields there are: slots are 0 to this, exclusive. */
  int width() {
    return width;
  }

  /** The slot of a field in an event of this kind, or -1 when the kind never has it. */
  public int slot(Field field) {
    return slots[field.ordinal()];
  }

  /** The same for the kind with an ordinal: one look-up in one table. */
  static int slot(int ordinal, Field field) {
    return SLOTS[ordinal * Field.N + field.ordinal()];
  }

  private static byte[] slots() {
    byte[] table = new byte[VALUES.length * Field.N];
    for (EventKind kind : VALUES) {
      System.arraycopy(kind.slots, 0, table, kind.ordinal() * Field.N, Field.N);
    }
    return table;
  }
}
