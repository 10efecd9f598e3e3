package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Steps in the kernel's words. */
final class StepText {
  private static final String RET = "_RET";

  private final Subject subject;

  StepText(Subject subject) {
    this.subject = subject;
  }

  /**
   * What a step did, before its effect.
   *
   * @param event the name of the kind of event that shows it
   */
  String of(Step step, String event) {
    VmaState vma = step.vma();
    return switch (step.op()) {
      case MMAP_LOCK_START -> "asks for %s for %s".formatted(mmapLock(step), step.isForWriting() ? "writing" : "reading");
      case MMAP_LOCK_FAILED -> "does not get " + mmapLock(step);
      case MMAP_READ_LOCK -> "takes %s for reading".formatted(mmapLock(step));
      case MMAP_WRITE_LOCK -> "takes %s for writing".formatted(mmapLock(step));
      case MMAP_WRITE_DOWNGRADE -> "downgrades " + mmapLock(step);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> "releases " + mmapLock(step);
      case PAGE_FAULT -> "page fault at " + hex(step.address());
      case SYSCALL_ENTER -> name(event) + arguments(step.systemCall());
      case SYSCALL_EXIT -> "%s() returns%s".formatted(name(event), step.hasRet() ? " " + returned(step.ret()) : "");
      case TASK_SLEEPS -> "goes to sleep";
      case TASK_DIES -> "has exited, and leaves its CPU for good";
      case CONTENTION_BEGIN -> "waits for a lock";
      case LOCK_VMA_UNDER_RCU -> "lock_vma_under_rcu() at " + hex(step.address());
      case VMA_START_READ -> "lock_vma_under_rcu() returns %s read-locked".formatted(vma == null ? returned(step.ret()) : it(vma));
      case VMA_START_READ_REFUSED -> "lock_vma_under_rcu() returns NULL";
      case HANDLE_MM_FAULT -> "handle_mm_fault() at %s%s".formatted(hex(step.address()), in(vma));
      case HANDLE_MM_FAULT_RET -> "handle_mm_fault() returns" + (step.hasRet() ? " " + returned(step.ret()) : "");
      case DIED_IN_FAULT -> "the kernel dies in handle_mm_fault()" + in(vma);
      case VMA_START_WRITE -> "__vma_start_write()" + of(vma);
      case VMA_START_WRITE_RET -> "__vma_start_write() returns%s%s".formatted(step.ret() == 0 ? "" : " " + returned(step.ret()), of(vma));
      case STILL_WAITS_FOR_READERS -> "still waits for readers to leave" + (vma == null || subject.isVma(vma) ? "" : " " + it(vma)) + ": the capture ends";
      case STILL_WAITS_FOR_ITSELF -> "waits for the mmap_lock that it holds: the capture ends";
      case RCUWAIT_WAKE_UP -> "wakes the writer that waits in the mm";
      case VM_AREA_ALLOC -> "vm_area_alloc() returns " + (vma == null ? "NULL" : hex(vma.address()));
      case VM_AREA_DUP -> "vm_area_dup() copies %s to %s".formatted(it(step.other()), it(vma));
      case VMA_PREPARE, VMA_COMPLETE -> "%s()%s%s%s".formatted(word(step), of(vma), more(" inserts", step.other()), more(" removes", step.removed()));
      case SPLIT_VMA -> "__split_vma()%s at %s".formatted(of(vma), hex(step.address()));
      case MAS_STORE -> "stores %s in the tree over %s".formatted(it(vma), range(step));
      case STORED_VMA -> "is to store " + it(vma);
      case MM_LOCK_SEQ -> "reads mm_lock_seq";
      case MAS_ERASE -> "leaves %s in the tree empty".formatted(range(step));
      case VMS_GATHER_MUNMAP_VMAS, VMS_COMPLETE_MUNMAP_VMAS -> "%s() of %s".formatted(word(step), range(step));
      case VMS_GATHER_MUNMAP_VMAS_RET -> "vms_gather_munmap_vmas() returns" + (step.ret() == 0 ? "" : " " + returned(step.ret()));
      case LOCK_NEXT_VMA, UFFD_LOCK_VMA -> "%s() returns %s read-locked".formatted(word(step), it(vma));
      case CHANGE_FLAGS -> "%s()%s".formatted(function(event), of(vma));
      case CHANGE_FLAGS_RET -> "%s() returns%s".formatted(function(event), of(vma));
      case MM_FREE -> "the memory of the mm is freed";
      default -> "%s()%s%s".formatted(word(step), step.op().name().endsWith(RET) ? " returns" : "", of(vma));
    };
  }

  /** That of the task's own mm needs no name; fork and exec take that of another one too. */
  private static String mmapLock(Step step) {
    MmState mm = step.mm();
    MmState own = step.task().mm();
    return mm == null || own == null || mm == own ? "the mmap_lock" : "the mmap_lock of mm " + hex(mm.address());
  }

  /** An event that shows no step, as one of a task that waits. */
  static String ofEvent(String name) {
    return name.endsWith("contention_begin") ? "waits for a lock" : name;
  }

  private String of(@Nullable VmaState vma) {
    return vma == null || subject.isVma(vma) ? "" : " of " + it(vma);
  }

  private String in(@Nullable VmaState vma) {
    return vma == null || subject.isVma(vma) ? "" : " in " + it(vma);
  }

  private String more(String verb, @Nullable VmaState vma) {
    return vma == null ? "" : verb + " " + it(vma);
  }

  private String it(@Nullable VmaState vma) {
    return vma == null ? "a VMA" : subject.isVma(vma) ? "the VMA" : hex(vma.address());
  }

  private static String range(Step step) {
    return new PageRange(step.first(), step.last()).toString();
  }

  private static String arguments(SystemCall call) {
    return switch (call.kind()) {
      case OTHER -> "()";
      case BRK -> "(%s)".formatted(hex(call.start()));
      default -> "(%s, %s)".formatted(hex(call.start()), hex(call.length()));
    };
  }

  /** Of sys_enter_munmap: munmap. */
  private static String name(String event) {
    String name = event.replaceFirst("^sys_(enter|exit)_?", "");
    return name.isEmpty() || name.equals("other") ? "system call" : name;
  }

  /** The kernel's function that an op is of; most ops are named after theirs. */
  static String word(Step step) {
    return switch (step.op()) {
      case VMA_EXCLUDE_READERS_FOR_DETACH, VMA_EXCLUDE_READERS_FOR_DETACH_RET -> "__vma_exclude_readers_for_detach";
      case CHANGE_POLICY, CHANGE_POLICY_RET -> "mbind_range";
      case PROCMAP_QUERY, PROCMAP_QUERY_RET -> "do_procmap_query";
      case MUNMAP_RET -> "do_vmi_align_munmap";
      case VM_AREA_FREE_RCU -> "vm_area_free_rcu_cb";
      default -> function(step.op().name().toLowerCase(Locale.ROOT));
    };
  }

  /** The function that an event, of its entry or of its return, is named after. */
  private static String function(String event) {
    return event.toUpperCase(Locale.ROOT).endsWith(RET) ? event.substring(0, event.length() - RET.length()) : event;
  }

  private static String returned(long value) {
    return value < 0 && value >= -4095 ? Long.toString(value) : hex(value);
  }

  static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }
}
