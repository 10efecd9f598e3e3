package io.vmatrace.parser.perf;

/** The use of an event's samples. */
enum SampleUse {
  /** Every occurrence of a tracepoint: its record is decoded by its format. */
  RECORD,
  /**
   * Every page fault: the software event is raised at the same place as exceptions:page_fault_user, before any lock is tried
   * (arch/x86/mm/fault.c do_user_addr_fault(): perf_sw_event(PERF_COUNT_SW_PAGE_FAULTS, …) comes before lock_vma_under_rcu()).
   */
  PAGE_FAULT,
  /**
   * Known and not used: page faults that the tracepoints tell too, or that have no address; and the software events of minor and
   * major faults, which are raised when a fault has been handled (mm/memory.c mm_account_fault()), so they say nothing of its begin.
   */
  IGNORED,
  /** Anything else: also events that were sampled only now and then, which are no record of what happened. */
  UNKNOWN
}
