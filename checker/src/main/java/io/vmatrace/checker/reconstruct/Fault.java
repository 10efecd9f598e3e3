package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import org.jspecify.annotations.Nullable;

/** A page fault in flight, and what was seen of it so far. */
final class Fault {
  private static final int PAGE_SHIFT = 12;

  boolean open;
  boolean user;
  long address;
  @Nullable KnownMm mm;
  @Nullable FaultReason refusal;
  boolean retried;
  boolean anonRetried;

  /** Whether handle_mm_fault() returned without telling how: the last time that it was called for a fault served it. */
  boolean handled;

  boolean handledUnderVmaLock;
  boolean lockAsked;
  boolean lockTaken;
  boolean foundVma;
  boolean stackGrowth;

  void begin(long address, boolean user, @Nullable KnownMm mm) {
    this.open = true;
    this.user = user;
    this.address = address;
    this.mm = mm;
    refusal = null;
    retried = false;
    anonRetried = false;
    handled = false;
    handledUnderVmaLock = false;
    lockAsked = false;
    lockTaken = false;
    foundVma = false;
    stackGrowth = false;
  }

  /** handle_mm_fault() returned, and nothing says what: if it is called again, this time it gave up. */
  void handledSomehow(boolean underVmaLock) {
    retried |= handled && handledUnderVmaLock;
    handled = true;
    handledUnderVmaLock = underVmaLock;
  }

  /** Whether an address is in the page that faulted. */
  boolean isAt(long other) {
    return open && other >>> PAGE_SHIFT == address >>> PAGE_SHIFT;
  }

  /** Why a fault that handle_mm_fault() served under the VMA lock went that way. */
  FaultReason vmaLockReason() {
    return lockTaken ? FaultReason.VMA_LOCKED_ANON_VMA : FaultReason.VMA_LOCKED;
  }

  /** Why a fault that was served under the mmap_lock went that way. */
  FaultReason mmapLockReason() {
    if (!user) {
      return FaultReason.KERNEL_ACCESS;
    }
    if (stackGrowth) {
      return FaultReason.STACK_GROWTH;
    }
    if (anonRetried) {
      return FaultReason.NO_ANON_VMA;
    }
    if (retried) {
      return FaultReason.RETRY;
    }
    return refusal != null ? refusal : FaultReason.FALLBACK;
  }
}
