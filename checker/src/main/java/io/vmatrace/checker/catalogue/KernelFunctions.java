package io.vmatrace.checker.catalogue;

import java.util.Set;

/** Functions whose place in a call trace tells what was being done, in all releases that have them. */
final class KernelFunctions {
  static final Set<String> EXCLUDERS =
      Set.of("__vma_enter_locked", "__vma_start_exclude_readers", "__vma_start_write", "vma_start_write", "vma_mark_detached", "__vma_exclude_readers_for_detach");
  static final Set<String> PUTTERS =
      Set.of("vma_refcount_put", "vma_end_read", "__vma_exit_locked", "__vma_end_exclude_readers", "lock_vma_under_rcu", "vma_mark_detached");
  static final Set<String> WAKERS = Set.of("vma_refcount_put", "vma_end_read", "rcuwait_wake_up");
  static final Set<String> VMA_LOOK_UPS = Set.of("lock_vma_under_rcu", "lock_next_vma", "vma_start_read");
  static final Set<String> LOOK_UPS =
      Set.of("find_vma", "find_vma_intersection", "find_vma_prev", "find_exact_vma", "find_extend_vma", "find_extend_vma_locked", "vma_lookup", "__find_vma");
  static final Set<String> WRITE_LOCKERS =
      Set.of("vma_start_write", "__vma_start_write", "vm_flags_set", "vm_flags_clear", "vm_flags_mod", "vm_flags_reset", "remap_pfn_range", "remap_pfn_range_internal",
          "remap_pfn_range_notrack", "remap_pfn_range_prepare", "track_pfn_remap", "untrack_pfn", "vm_iomap_memory");
  static final Set<String> CHANGERS =
      Set.of("vma_replace_policy", "mbind_range", "vma_prepare", "vma_complete", "vma_expand", "vma_shrink", "vma_merge", "vma_modify", "commit_merge", "__split_vma",
          "split_vma", "mprotect_fixup", "mlock_fixup", "madvise_update_vma", "madvise_vma_behavior", "userfaultfd_set_ctx", "userfaultfd_release",
          "userfaultfd_register", "userfaultfd_ioctl", "dup_anon_vma", "vma_mark_detached", "do_vmi_align_munmap", "vms_gather_munmap_vmas", "remove_vma", "expand_downwards",
          "expand_upwards", "exit_mmap", "free_pgtables", "move_vma", "copy_vma", "collapse_huge_page", "replace_anon_vma_name", "vm_area_dup", "handle_mm_fault",
          "do_swap_page", "do_anonymous_page", "remap_pfn_range_internal", "remap_pfn_range_notrack", "vm_flags_set", "vm_flags_clear", "vm_flags_mod", "vm_flags_reset", "dup_mmap");

  /** Those that call vma_start_write(), which is inline to 6.14, and take no other semaphore themselves. */
  static final Set<String> LOCKERS_OF_VMAS =
      Set.of("mprotect_fixup", "free_pgtables", "mlock_fixup", "madvise_update_vma", "__split_vma", "vma_expand", "vma_shrink", "vma_merge", "commit_merge",
          "vma_merge_existing_range", "vma_replace_policy", "mbind_range", "userfaultfd_set_vm_flags", "dup_anon_vma", "do_vmi_align_munmap", "vms_gather_munmap_vmas",
          "vm_flags_set", "vm_flags_clear", "vm_flags_mod", "remap_pfn_range_notrack", "remap_pfn_range_internal", "vma_start_write", "__vma_start_write");
  static final Set<String> UNDER_MMAP_LOCK =
      Set.of("follow_pte", "follow_pfnmap_start", "follow_pfn", "walk_page_range", "walk_page_range_mm", "walk_page_range_novma", "__walk_page_range", "walk_page_vma",
          "walk_page_mapping", "process_mm_walk_lock", "__get_user_pages", "get_user_pages_remote", "fixup_user_fault", "handle_userfault", "apply_to_page_range",
          "vma_merge", "__split_vma", "vma_modify", "do_vmi_munmap", "do_vmi_align_munmap", "do_munmap", "do_mmap", "mmap_region", "expand_downwards",
          "expand_stack_locked", "hugepage_vma_revalidate", "zap_vma_ptes", "uprobe_munmap", "madvise_walk_vmas", "mm_find_pmd", "change_protection", "find_mergeable_vma");
  static final Set<String> SLEEPERS = Set.of("__vma_start_write", "vma_start_write", "lock_mm_and_find_vma", "__might_fault", "exit_mmap", "vm_mmap_pgoff", "__vm_munmap");
  static final Set<String> FAULTS =
      Set.of("lock_mm_and_find_vma", "do_user_addr_fault", "exc_page_fault", "do_page_fault", "__do_page_fault", "___do_page_fault", "do_exception", "do_dat_exception",
          "do_protection_exception", "do_mem_abort", "handle_page_fault", "do_translation_fault", "fixup_user_fault", "__get_user_pages", "faultin_page", "fault_in_readable");
  static final Set<String> MMAP_WRITERS =
      Set.of("exit_mmap", "vm_mmap_pgoff", "__vm_munmap", "vm_munmap", "vm_brk_flags", "dup_mmap", "dup_mm", "copy_mm", "copy_process", "do_mprotect_pkey", "do_madvise", "madvise_lock",
          "__do_sys_brk", "__se_sys_brk", "__x64_sys_brk", "__arm64_sys_brk", "sys_brk", "__do_sys_mremap", "__se_sys_mremap", "__x64_sys_mremap", "__arm64_sys_mremap", "do_mremap",
          "__do_sys_munmap", "__x64_sys_munmap", "__arm64_sys_munmap", "__do_sys_mprotect", "__x64_sys_mprotect", "__arm64_sys_mprotect", "do_mlock", "apply_mlockall_flags",
          "__do_sys_mlockall", "__x64_sys_mlockall", "__do_sys_munlockall", "__x64_sys_munlockall", "__do_sys_munlock", "__x64_sys_munlock", "do_mseal", "userfaultfd_register",
          "userfaultfd_unregister", "userfaultfd_release", "userfaultfd_release_all", "userfaultfd_clear_vma", "setup_arg_pages", "exec_mmap", "begin_new_exec", "alloc_bprm",
          "__ksm_exit", "ksm_run_change", "unmerge_and_remove_all_rmap_items", "khugepaged", "collapse_huge_page", "__khugepaged_exit", "mm_take_all_locks", "mmu_notifier_register",
          "do_mbind", "kernel_mbind", "prctl_set_vma", "prctl_set_mm", "prctl_set_mm_map", "do_shmat", "ksys_shmdt", "__do_sys_remap_file_pages", "aio_setup_ring", "map_vdso",
          "map_vdso_once", "arch_setup_additional_pages", "__setup_additional_pages", "xol_add_vma", "clear_refs_write", "uprobe_write_opcode", "exit_aio", "expand_stack",
          "binder_alloc_mmap_handler", "do_munmap", "change_mnt_propagation", "cpuset_migrate_mm");
  static final Set<String> MMAP_READERS =
      Set.of("__access_remote_vm", "access_remote_vm", "get_cmdline", "get_mm_cmdline", "m_start", "m_next", "smaps_rollup", "show_smaps_rollup", "show_numa_map", "pagemap_read",
          "do_madvise", "madvise_lock", "process_vm_rw_core", "process_vm_rw", "get_user_pages_unlocked", "get_user_pages_remote", "pin_user_pages_remote", "__get_user_pages_locked",
          "__gup_longterm_locked", "internal_get_user_pages_fast", "__mm_populate", "populate_vma_page_range", "exit_mm", "exit_mm_release", "acct_collect", "futex_lock_pi",
          "fault_in_user_writeable", "proc_map_files_lookup", "proc_map_files_readdir", "map_files_get_link", "khugepaged_scan_mm_slot", "ksm_scan_thread", "scan_get_next_rmap_item",
          "task_numa_work", "do_migrate_pages", "do_pages_stat", "do_pages_move", "userfaultfd_ioctl", "mfill_atomic", "mincore", "__do_sys_mincore", "__x64_sys_mincore", "__do_sys_msync",
          "__x64_sys_msync", "binder_alloc_new_buf", "binder_update_page_range", "vma_is_special_mapping", "kvm_handle_page_fault", "hva_to_pfn", "get_vaddr_frames",
          "proc_pid_cmdline_read", "try_to_unuse", "unuse_mm", "oom_reap_task_mm", "stack_map_get_build_id_offset", "do_procmap_query", "uprobe_consumer_filter", "register_for_each_vma");

  private KernelFunctions() {}
}
