package io.vmatrace.parser.event;

/**
 * A named value that an event may carry. Every value is one {@code long}: pointers and addresses as printed (hashed or raw),
 * booleans as 0 or 1, 32-bit unsigned values (refcnt, sequence numbers, flags) zero-extended, signed values sign-extended.
 */
public enum Field {
  /** {@code struct mm_struct *}. */
  MM,
  /** {@code struct vm_area_struct *}; for ma_write the stored entry ({@code val}), 0 when the range was cleared. */
  VMA,
  /** First byte of a range: vm_start, start of a munmap, {@code index} of a maple tree event, addr of a syscall. */
  START,
  /** One past the last byte of a range: vm_end, end of a munmap; for maple tree events {@code last + 1}, which is 0 at the top. */
  END,
  /** Faulting or looked-up address. */
  ADDRESS,
  /** fault flags (enum fault_flag), clone_flags, mmap flags or page-fault error_code: what the event calls its flags. */
  FLAGS,
  /** Return value. */
  RET,
  /** {@code vma->vm_refcnt} as an unsigned 32-bit value. */
  REFCNT,
  /** {@code vma->vm_lock_seq} as an unsigned 32-bit value. */
  LOCK_SEQ,
  /** {@code vma->vm_mm->mm_lock_seq} as an unsigned 32-bit value. */
  MM_SEQ,
  /** {@code vma->detached} (6.4 to 6.14), 0 or 1. */
  DETACHED,
  /** {@code vma->vm_lock}, the address of its separate rwsem (6.4 to 6.14). */
  RWSEM,
  /** The count word of that rwsem. */
  RWSEM_COUNT,
  /** 1 when the mmap_lock event concerns the write side. */
  WRITE,
  /** 1 when an acquisition succeeded. */
  SUCCESS,
  /** A second VMA or mm: orig of vm_area_dup, oldmm of dup_mmap, insert of vma_prepare and vma_complete; ptr of kmem_cache_free. */
  OTHER,
  /** remove of vma_prepare and vma_complete. */
  REMOVE,
  /** Length in bytes of a syscall's range; new_len of mremap is NEW_LENGTH. */
  LENGTH,
  /** new_len of mremap. */
  NEW_LENGTH,
  /** Address of a contended lock, or of the rcuwait that is woken. */
  LOCK,
  /** Another task's pid: child of a fork, next_pid of sched_switch. */
  PID,
  /** prev_state of sched_switch as its first letter (ASCII), e.g. 'R', 'D', 'S'; R+ is 'R'. */
  STATE,
  /** group_dead of sched_process_exit, detaching of __vma_start_exclude_readers, new_below of __split_vma: 0 or 1. */
  FLAG,
  /** CPU of a loss marker, or -1 when it names none. */
  CPU,
  /** Number of events that a loss marker says are gone, or 0 when it does not say. */
  COUNT;

  static final int N = values().length;
}
