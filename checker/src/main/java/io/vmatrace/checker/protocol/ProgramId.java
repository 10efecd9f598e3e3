package io.vmatrace.checker.protocol;

/** The parts of kernel operations that programs are written for, by the kernel's function that each is. */
public enum ProgramId {
  COMMIT_MERGE("commit_merge"),
  DOWN_READ("down_read"),
  DO_BRK_FLAGS("do_brk_flags"),
  DO_MPROTECT_PKEY("do_mprotect_pkey"),
  DO_USER_ADDR_FAULT("do_user_addr_fault"),
  DO_VMI_ALIGN_MUNMAP("do_vmi_align_munmap"),
  DUP_MMAP("dup_mmap"),
  EXPAND_DOWNWARDS("expand_downwards"),
  KILL("kill"),
  LEAVE("leave"),
  LOCK_VMA_UNDER_RCU("lock_vma_under_rcu"),
  MADVISE_VMA_BEHAVIOR("madvise_vma_behavior"),
  MMAP("mmap"),
  MMAP_NEW_VMA("__mmap_new_vma"),
  MMAP_READ_LOCK("mmap_read_lock"),
  MMAP_READ_TRYLOCK("mmap_read_trylock"),
  MMAP_READ_UNLOCK("mmap_read_unlock"),
  MMAP_REGION("__mmap_region"),
  MMAP_WRITE_DOWNGRADE("mmap_write_downgrade"),
  MMAP_WRITE_LOCK("mmap_write_lock"),
  MMAP_WRITE_LOCK_KILLABLE("mmap_write_lock_killable"),
  MMAP_WRITE_UNLOCK("mmap_write_unlock"),
  MMPUT("mmput"),
  MOVE_VMA("move_vma"),
  MUNMAP("munmap"),
  M_NEXT("m_next"),
  NO_VMA_LOCK("no_vma_lock"),
  READ_SECTION("read_section"),
  SPLIT_VMA("__split_vma"),
  UFFD_MOVE_LOCK("uffd_move_lock"),
  VMA_END_EXCLUDE_READERS("__vma_end_exclude_readers"),
  VMA_END_READ("vma_end_read"),
  VMA_ENTER_LOCKED("__vma_enter_locked"),
  VMA_EXIT_LOCKED("__vma_exit_locked"),
  VMA_MARK_ATTACHED("vma_mark_attached"),
  VMA_MARK_DETACHED("vma_mark_detached"),
  VMA_MERGE_EXISTING_RANGE("vma_merge_existing_range"),
  VMA_REFCOUNT_PUT("vma_refcount_put"),
  VMA_SHRINK("vma_shrink"),
  VMA_START_EXCLUDE_READERS("__vma_start_exclude_readers"),
  VMA_START_READ("vma_start_read"),
  VMA_START_READ_LOCKED("vma_start_read_locked"),
  VMA_START_WRITE("vma_start_write"),
  VMA_START_WRITE_KILLABLE("vma_start_write_killable"),
  VMS_ABORT_MUNMAP_VMAS("vms_abort_munmap_vmas"),
  VMS_CLEAR_PTES("vms_clear_ptes"),
  VMS_COMPLETE_MUNMAP_VMAS("vms_complete_munmap_vmas"),
  VMS_GATHER_MUNMAP_VMAS("vms_gather_munmap_vmas"),
  WRITE_SECTION("write_section");

  private final String text;

  ProgramId(String text) {
    this.text = text;
  }

  /** The kernel's word for it, where the kernel has one. */
  @Override
  public String toString() {
    return text;
  }
}
