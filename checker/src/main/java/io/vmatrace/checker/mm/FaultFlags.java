package io.vmatrace.checker.mm;

/** What the flags and the result of handle_mm_fault() say: enum fault_flag and enum vm_fault_reason, include/linux/mm_types.h (6.4 to 7.3). */
public final class FaultFlags {
  public static final long FAULT_FLAG_WRITE = 1;
  public static final long FAULT_FLAG_RETRY_NOWAIT = 1 << 3;
  public static final long FAULT_FLAG_USER = 1 << 6;
  public static final long FAULT_FLAG_VMA_LOCK = 1 << 12;

  public static final long VM_FAULT_RETRY = 0x400;
  public static final long VM_FAULT_COMPLETED = 0x4000;

  private FaultFlags() {}

  /** Whether a handle_mm_fault() with these flags runs under the VMA lock. */
  public static boolean isUnderVmaLock(long flags) {
    return (flags & FAULT_FLAG_VMA_LOCK) != 0;
  }

  /** Whether two calls of handle_mm_fault() may be of one fault: what is tried again writes as the first try did (do_user_addr_fault()). */
  public static boolean mayBeOfOneFault(long flags, long others) {
    return ((flags ^ others) & FAULT_FLAG_WRITE) == 0;
  }

  /** Whether a handle_mm_fault() with these flags is for a fault of user mode. */
  public static boolean isOfUserMode(long flags) {
    return (flags & FAULT_FLAG_USER) != 0;
  }

  /** Whether a handle_mm_fault() that returned this has let go of the lock that it was called with (RETRY, COMPLETED). */
  public static boolean isLetGo(long ret) {
    return (ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)) != 0;
  }
}
