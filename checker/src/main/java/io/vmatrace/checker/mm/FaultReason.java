package io.vmatrace.checker.mm;

/** Why a page fault took the path that it took, as a person reads it: do_user_addr_fault(), arch/x86/mm/fault.c. */
public enum FaultReason {
  VMA_LOCKED(FaultPath.VMA_LOCK, "under the VMA lock"),
  VMA_LOCKED_ANON_VMA(FaultPath.VMA_LOCK, "under the VMA lock, mmap_lock tried for the first anon_vma"),

  KERNEL_ACCESS(FaultPath.MMAP_LOCK, "kernel access to user memory"),
  STACK_GROWTH(FaultPath.MMAP_LOCK, "stack growth"),
  NO_VMA(FaultPath.MMAP_LOCK, "no VMA at the address"),
  WRITE_LOCKED(FaultPath.MMAP_LOCK, "VMA write-locked"),
  DETACHED(FaultPath.MMAP_LOCK, "VMA detached"),
  NO_ANON_VMA(FaultPath.MMAP_LOCK, "retry: no anon_vma and mmap_lock busy"),
  RETRY(FaultPath.MMAP_LOCK, "retry asked by the handler"),
  REFUSED(FaultPath.MMAP_LOCK, "read lock refused, cause not seen"),
  FALLBACK(FaultPath.MMAP_LOCK, "fell back, cause not evidenced"),

  KERNEL_ADDRESS(FaultPath.UNRESOLVED, "kernel address: no lock is taken"),
  LOOKED_UP(FaultPath.UNRESOLVED, "its address was looked up, by it or by a later system call"),
  NOT_HANDLED(FaultPath.UNRESOLVED, "handle_mm_fault never reached"),
  NOT_RETRIED(FaultPath.UNRESOLVED, "handle_mm_fault asked for a retry that never came"),
  EVENTS_MISSING(FaultPath.UNRESOLVED, "events are missing all over the capture, which may have shown its lock"),
  NO_LOCK_SEEN(FaultPath.UNRESOLVED, "no lock event in it tells its path"),
  CUT_OFF(FaultPath.UNRESOLVED, "its end is not in the capture");

  private final FaultPath path;
  private final String text;

  FaultReason(FaultPath path, String text) {
    this.path = path;
    this.text = text;
  }

  public FaultPath path() {
    return path;
  }

  public String text() {
    return text;
  }
}
