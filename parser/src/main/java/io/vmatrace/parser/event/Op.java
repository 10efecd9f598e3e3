package io.vmatrace.parser.event;

/**
 * What the protocol did, as far as it is known: the kernel's own words. An {@code Op} is not an event of a capture: one event
 * may mean different ops (an acquire_returned without start_locking by the write holder is a downgrade), and the embedded engine
 * does the same ops without any capture.
 */
public enum Op {
  /** mmap_lock_start_locking: about to take the mmap_lock, or to try. */
  MMAP_LOCK_START,
  /** A trylock or killable lock that got nothing. */
  MMAP_LOCK_FAILED,
  MMAP_READ_LOCK,
  MMAP_WRITE_LOCK,
  /** Logged before the true downgrade: the write part ends here or a moment later. */
  MMAP_WRITE_DOWNGRADE,
  MMAP_READ_UNLOCK,
  MMAP_WRITE_UNLOCK,
  /** What an event probe read from the mm at mmap_lock_acquire_returned: its mm_lock_seq. */
  MM_LOCK_SEQ,

  /** A page fault begins. */
  PAGE_FAULT,
  /** It is known which lock a page fault was served under, or that this is not known: the address, and why. */
  PAGE_FAULT_SERVED,
  /** A system call begins: the task comes from user space. */
  SYSCALL_ENTER,
  /** A system call ends: the task goes to user space. */
  SYSCALL_EXIT,
  /** The task gives up its CPU to sleep (sched_switch in a state other than running). */
  TASK_SLEEPS,
  /** The task has exited, and gives up its CPU for good (sched_switch in the state Z or X). */
  TASK_DIES,
  /** The task waits for a contended lock. */
  CONTENTION_BEGIN,

  /** Entry of lock_vma_under_rcu(). */
  LOCK_VMA_UNDER_RCU,
  /** lock_vma_under_rcu() returned a VMA: its read lock is held. */
  VMA_START_READ,
  /** lock_vma_under_rcu() returned NULL. */
  VMA_START_READ_REFUSED,
  /** lock_next_vma() returned a VMA (6.17 on): the address is where it began to look. */
  LOCK_NEXT_VMA,
  /** Entry of do_procmap_query(): the PROCMAP_QUERY of /proc/PID/maps. */
  PROCMAP_QUERY,
  PROCMAP_QUERY_RET,
  /** uffd_lock_vma() returned a VMA. */
  UFFD_LOCK_VMA,
  HANDLE_MM_FAULT,
  HANDLE_MM_FAULT_RET,
  /** Entry of handle_userfault(): the fault of its VMA waits for user space. */
  HANDLE_USERFAULT,
  /** The kernel died inside handle_mm_fault() while it put a page into the page table: the task holds its locks for ever. */
  DIED_IN_FAULT,

  /** Entry of __vma_start_write(): the VMA is not yet write-locked in this section (the inline part returns early if it is). */
  VMA_START_WRITE,
  VMA_START_WRITE_RET,
  /** Entry of vma_mark_detached() (6.15 to 6.19). */
  VMA_MARK_DETACHED,
  VMA_MARK_DETACHED_RET,
  /** Entry of __vma_exclude_readers_for_detach() (7.0 on): the second wait of a detach. */
  VMA_EXCLUDE_READERS_FOR_DETACH,
  VMA_EXCLUDE_READERS_FOR_DETACH_RET,

  /**
   * The capture ends, and the task is still asleep in __vma_start_write() or a detach: it waits for the readers of the VMA. The flags are
   * how many tasks may be such readers, as far as is known.
   */
  STILL_WAITS_FOR_READERS,

  /** The capture ends, and the task has asked for an mmap_lock that it holds itself: what it asks for excludes what it holds, or the reverse. */
  STILL_WAITS_FOR_ITSELF,

  /** Entry of mm_drop_all_locks(). */
  MM_DROP_ALL_LOCKS,
  /** A reader has left, and wakes the task that waits for that in the mm (rcuwait_wake_up()). */
  RCUWAIT_WAKE_UP,
  /** The memory of an mm_struct goes back to the slab. */
  MM_FREE,

  /** vm_area_alloc() returned: the VMA is new, and the states are still those of the one that had its address before. */
  VM_AREA_ALLOC,
  /** vm_area_dup() returned: the VMA is the copy, the other one its original. In fork the mm is the parent's, though the copy is the child's. */
  VM_AREA_DUP,
  /** Entry of vm_area_free(). To 6.14 exit_mmap() goes past it; there remove_vma() is all that shows the end of a VMA. */
  VM_AREA_FREE,
  /** The real free after the RCU grace period (to 6.14). */
  VM_AREA_FREE_RCU,
  REMOVE_VMA,
  VMA_LINK,
  VMA_PREPARE,
  VMA_COMPLETE,
  SPLIT_VMA,
  /** A VMA stored over a range of its mm's tree. */
  MAS_STORE,
  /** What an event probe read from the VMA that is stored, at its ma_write. */
  STORED_VMA,
  /** A range of an mm's tree cleared. */
  MAS_ERASE,
  /** Entry of anon_vma_clone(): the VMA gets what the other one has. */
  ANON_VMA_CLONE,
  /** Entry of a function that may change the flags of its VMA: mprotect_fixup(), mlock_fixup(), madvise_vma_behavior(). */
  CHANGE_FLAGS,
  CHANGE_FLAGS_RET,
  /** Entry of mbind_range(), which may change the memory policy of its VMA. */
  CHANGE_POLICY,
  CHANGE_POLICY_RET,
  /** Return of userfaultfd_set_ctx(). */
  USERFAULTFD_SET_CTX,
  /** Entry of move_page_tables(): from the VMA to the other one. */
  MOVE_PAGE_TABLES,
  /** Entry of free_pgtables(). */
  FREE_PGTABLES,
  FREE_PGTABLES_RET,
  /** Return of do_vmi_align_munmap(). */
  MUNMAP_RET,
  VMS_GATHER_MUNMAP_VMAS,
  VMS_GATHER_MUNMAP_VMAS_RET,
  VMS_COMPLETE_MUNMAP_VMAS,
  EXPAND_DOWNWARDS,
  DUP_MMAP,
  DUP_MMAP_RET,
  /** The exit_mmap tracepoint: the tree is destroyed. */
  EXIT_MMAP
}
