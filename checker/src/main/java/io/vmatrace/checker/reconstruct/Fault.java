package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.MmState;
import org.jspecify.annotations.Nullable;

/** A page fault in flight, and what was seen of it so far. */
final class Fault {
  /** The time of what has not been yet. */
  static final long NEVER = Long.MIN_VALUE;

  /** How far the task has come with the mmap_lock since its fault. */
  enum Lock {
    NOT_ASKED,
    /** It asks for the read side. */
    ASKED,
    /** It holds the read side. */
    HELD,
    /** It has given the read side back. */
    RELEASED,
    /** It asked for the read side and did not get it. */
    FAILED,
    /** It takes the write side, after the read side. */
    WRITING
  }

  static final int PAGE_SHIFT = 12;
  private static final long PAGE_MASK = (1L << PAGE_SHIFT) - 1;

  boolean open;
  boolean user;

  /** Whether it may be of a write; of others only those of huge pages look for an anon_vma (mm/memory.c do_anonymous_page(), mm/hugetlb.c). */
  boolean writing;

  long address;

  /** Where in the capture its page_fault event is. */
  long at;

  @Nullable MmState mm;
  @Nullable FaultReason refusal;
  boolean retried;
  boolean anonRetried;

  /** Whether handle_mm_fault() was called for it. */
  boolean handled;

  /** How it was called the last time. */
  boolean handledUnderVmaLock;

  /** Whether that call returned VM_FAULT_RETRY; any other has served the fault. */
  boolean gaveUp;

  Lock lock = Lock.NOT_ASKED;

  /** The CPU on which it asked for the read side last, or had it; -1 before that. */
  int cpu;

  /** When anybody's look-up was seen last before it asked for that; {@link #NEVER} where none was. */
  long lookUpBefore;

  /** Whether the task has slept since it began. */
  private boolean slept;

  /** Whether it slept before it had the read side, or while it had it: a fault that waited for its page falls back (fs/userfaultfd.c handle_userfault()). */
  boolean sleptBefore;

  /** Whether what asked for that is a system call after it: it asked for another mm's, or twice, or looked up another address, or the fault had no use for it. */
  boolean lockedByCall;

  /** Whether the fault was a write, and how many write sections its mm had had before it. */
  private boolean wrote;

  private long sections;

  /** How often it has had the read side. */
  int holds;

  /** Whether it asked again for the read side after it did not get it: mmap_read_trylock(), then mmap_read_lock_killable(). */
  boolean askedAgain;

  /** Whether the read side was asked for once more, by it or after it, before any look-up was seen to be recorded. */
  boolean askedOnceMore;

  /** Whether its address was looked up while it held the read side. */
  boolean lookedUp;

  /** Whether its address was looked up outside of any hold that was seen. */
  boolean lookedUpUnlocked;

  /** Whether its address was looked up again while it held the write side. */
  boolean lookedUpForWriting;

  /** Whether it took the write side between the borders of system calls. */
  boolean wroteInside;

  void begin(long faultAddress, boolean inUserMode, boolean forWriting, long place, @Nullable MmState of) {
    // the write before it, to the same page of the same VMA, has seen to the anon_vma
    lockedByCall = wrote && of != null && of == mm && of.sectionsBegun() == sections && isSamePage(faultAddress);
    wrote = forWriting;
    sections = of == null ? 0 : of.sectionsBegun();
    open = true;
    user = inUserMode;
    writing = forWriting;
    address = faultAddress;
    at = place;
    mm = of;
    refusal = null;
    retried = false;
    anonRetried = false;
    handled = false;
    handledUnderVmaLock = false;
    gaveUp = false;
    lock = Lock.NOT_ASKED;
    cpu = -1;
    lookUpBefore = NEVER;
    slept = false;
    sleptBefore = false;
    holds = 0;
    askedAgain = false;
    askedOnceMore = false;
    lookedUp = false;
    lookedUpUnlocked = false;
    lookedUpForWriting = false;
    wroteInside = false;
  }

  /** The read side of an mm is asked for, the first time after it. */
  void asksFirst(MmState of) {
    lockedByCall |= mm != null && mm != of;
    mm = mm == null ? of : mm;
  }

  /** It is over, and may have had the read side; where calls are not recorded that may be a call's, above all where the fault had no use for it. */
  void doubt(boolean areCallsRecorded) {
    lockedByCall |= !writing && !areCallsRecorded;
  }

  /** It asks for the read side, or has had it, on a CPU. */
  void asked(int on, long lastLookUp) {
    cpu = on;
    lookUpBefore = lastLookUp;
    sleptBefore |= slept;
  }

  /** The task sleeps. */
  void sleep() {
    slept = true;
    sleptBefore |= lock == Lock.HELD;
  }

  /** Its task exits: the last one of a process takes the read side (kernel/acct.c acct_collect()). */
  void exits() {
    lockedByCall = true;
    sleptBefore = false;
  }

  /** handle_mm_fault() is called for it; if it was called before, that time it gave up. */
  void handle(boolean underVmaLock) {
    retried |= handled && handledUnderVmaLock;
    wroteInside |= lock == Lock.WRITING;
    handled = true;
    handledUnderVmaLock = underVmaLock;
    gaveUp = false;
  }

  /**
   * Whether a handle_mm_fault() is called for it: do_user_addr_fault() (arch/x86/mm/fault.c) has FAULT_FLAG_USER for a fault of user mode,
   * get_user_pages() never.
   */
  boolean isHandledBy(long at, long flags) {
    return isAt(at) && FaultFlags.isOfUserMode(flags) == user;
  }

  /** Whether an address is in the page that faulted. */
  boolean isAt(long other) {
    return open && isSamePage(other);
  }

  private boolean isSamePage(long other) {
    return other >>> PAGE_SHIFT == address >>> PAGE_SHIFT;
  }

  /** Whether its address is one that a program gives to a system call, which looks it up as the fault does: the first of a page. */
  boolean isAtBeginOfPage() {
    return isBeginOfPage(address);
  }

  static boolean isBeginOfPage(long at) {
    return (at & PAGE_MASK) == 0;
  }

  /** Whether it is of an address that no VMA has: do_kern_addr_fault() (arch/x86/mm/fault.c) takes no lock. */
  static boolean isKernelAddress(long address) {
    return address < 0;
  }

  /** Why a fault that handle_mm_fault() served under the VMA lock went that way. */
  FaultReason vmaLockReason() {
    return lock == Lock.NOT_ASKED ? FaultReason.VMA_LOCKED : FaultReason.VMA_LOCKED_ANON_VMA;
  }

  /** Why a fault that was served under the mmap_lock went that way. */
  FaultReason mmapLockReason() {
    if (!user) {
      return FaultReason.KERNEL_ACCESS;
    }
    if (lookedUpForWriting || wroteInside) {
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
