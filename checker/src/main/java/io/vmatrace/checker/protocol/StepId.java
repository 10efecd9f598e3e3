package io.vmatrace.checker.protocol;

/**
 * The steps of the protocol that other tasks can tell, by the kernel's function, field or lock operation that each is. Every model of the
 * protocol names its steps by these.
 */
public enum StepId {
  /** No step that others can tell: a branch, a call, a return, or the end of an operation. */
  NONE(""),
  ACQUIRE_RETURNED("acquire_returned"),
  ANON_VMA_PREPARE("anon_vma_prepare"),
  ANON_VMA_PREPARE_TRYLOCK("__anon_vma_prepare"),
  COPIED("copied"),
  COPY_PAGE_RANGE("copy_page_range"),
  DETACHED("detached"),
  DOWNGRADE_WRITE("downgrade_write"),
  DOWN_READ("down_read"),
  DOWN_READ_TRYLOCK("down_read_trylock"),
  DOWN_WRITE("down_write"),
  DOWN_WRITE_KILLABLE("down_write_killable"),
  EXIT_MMAP("exit_mmap"),
  EXPAND_DOWNWARDS("expand_downwards"),
  FIND_VMA("find_vma"),
  FINISH_RCUWAIT("finish_rcuwait"),
  FREE_PGTABLES("free_pgtables"),
  HANDLE_MM_FAULT("handle_mm_fault"),
  HANDLE_MM_FAULT_RET("handle_mm_fault_ret"),
  KMEM_CACHE_FREE("kmem_cache_free"),
  LET_READERS_IN("let_readers_in"),
  LOCKS("locks"),
  LOCK_VMA_UNDER_RCU("lock_vma_under_rcu"),
  LOCK_VMA_UNDER_RCU_RET("lock_vma_under_rcu_ret"),
  MAS_FIND("mas_find"),
  MAS_START("mas_start"),
  MAS_STORE_GFP("mas_store_gfp"),
  MAS_WALK("mas_walk"),
  MAS_WALK_AGAIN("mas_walk_again"),
  MA_WRITE("ma_write"),
  MMDROP("mmdrop"),
  MMGRAB("mmgrab"),
  MM_DROP_ALL_LOCKS("mm_drop_all_locks"),
  MM_FLAGS_SET("mm_flags_set"),
  MM_LOCK_SEQCOUNT_BEGIN("mm_lock_seqcount_begin"),
  MM_USERS("mm_users"),
  MOVE_PAGES("move_pages"),
  MOVE_PAGE_TABLES("move_page_tables"),
  MT_DESTROY("__mt_destroy"),
  PAGE_FAULT_USER("page_fault_user"),
  PREPARE_TO_RCUWAIT("prepare_to_rcuwait"),
  RCUWAIT_WAKE_UP("rcuwait_wake_up"),
  RCU_READ_LOCK("rcu_read_lock"),
  RCU_READ_UNLOCK("rcu_read_unlock"),
  READERS("readers"),
  READERS_DEC("readers_dec"),
  READERS_INC("readers_inc"),
  REFCNT("refcnt"),
  REFCOUNT_ADD("refcount_add"),
  REFCOUNT_DEC("refcount_dec"),
  REFCOUNT_INC("refcount_inc"),
  REFCOUNT_SET("refcount_set"),
  REFCOUNT_SUB("refcount_sub"),
  RELEASED("released"),
  RWSEM_TRY_WRITE_LOCK("rwsem_try_write_lock"),
  SCHEDULE("schedule"),
  SET_CURRENT_STATE("set_current_state"),
  SET_PTE("set_pte"),
  SHOW_MAP("show_map"),
  SIGNAL_PENDING_STATE("signal_pending_state"),
  SIGNAL_WAKE_UP("signal_wake_up"),
  SPLIT_VMA("__split_vma"),
  START_LOCKING("start_locking"),
  STOPPED("stopped"),
  STOP_READERS("stop_readers"),
  SYS_CLONE("sys_clone"),
  SYS_CLONE_RET("sys_clone_ret"),
  UNLOCKS("unlocks"),
  UNMAP_VMAS("unmap_vmas"),
  UP_READ("up_read"),
  UP_WRITE("up_write"),
  VMA_COMPLETE("vma_complete"),
  VMA_END_WRITE_ALL("vma_end_write_all"),
  VMA_EXCLUDE_READERS_FOR_DETACH("__vma_exclude_readers_for_detach"),
  VMA_EXCLUDE_READERS_FOR_DETACH_RET("__vma_exclude_readers_for_detach_ret"),
  VMA_ITER_BULK_STORE("vma_iter_bulk_store"),
  VMA_ITER_CLEAR("vma_iter_clear"),
  VMA_ITER_CLEAR_GFP("vma_iter_clear_gfp"),
  VMA_ITER_STORE("vma_iter_store"),
  VMA_MARK_DETACHED("vma_mark_detached"),
  VMA_MARK_DETACHED_RET("vma_mark_detached_ret"),
  VMA_NEXT("vma_next"),
  VMA_PREPARE("vma_prepare"),
  VMA_START_WRITE("__vma_start_write"),
  VMA_START_WRITE_RET("__vma_start_write_ret"),
  VMS_COMPLETE_MUNMAP_VMAS("vms_complete_munmap_vmas"),
  VMS_GATHER_MUNMAP_VMAS("vms_gather_munmap_vmas"),
  VMS_GATHER_MUNMAP_VMAS_RET("vms_gather_munmap_vmas_ret"),
  VM_AREA_ALLOC("vm_area_alloc"),
  VM_AREA_ALLOC_RET("vm_area_alloc_ret"),
  VM_AREA_DUP("vm_area_dup"),
  VM_AREA_DUP_RET("vm_area_dup_ret"),
  VM_AREA_FREE("vm_area_free"),
  VM_END("vm_end"),
  VM_FLAGS_RESET("vm_flags_reset"),
  VM_LOCK_SEQ("vm_lock_seq"),
  VM_LOCK_SEQ_AGAIN("vm_lock_seq_again"),
  VM_LOCK_SEQ_SET("vm_lock_seq_set"),
  VM_MM("vm_mm"),
  VM_START("vm_start"),
  VM_START_VM_END("vm_start_vm_end"),
  WAKE_UP("wake_up"),
  WARN("warn"),
  ZAP_PTE("zap_pte");

  private final String text;

  StepId(String text) {
    this.text = text;
  }

  /** Whether it takes a rw_semaphore and may sleep for that. */
  public boolean takesRwSemaphore() {
    return this == DOWN_READ || this == DOWN_WRITE || this == DOWN_WRITE_KILLABLE;
  }

  /** The kernel's word for it, where the kernel has one. */
  @Override
  public String toString() {
    return text;
  }
}
