package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/** The kernel functions that a task can be inside of, as far as the capture shows. */
public interface Calls {
  /** A lock_vma_under_rcu(), and the VMA read lock that it returned. */
  interface VmaRead {
    /** The mm that was asked; null when no look-up is in flight and no read lock held. */
    @Nullable MmState mm();

    long address();

    /** The VMA whose read lock is certainly held, or null. */
    @Tells(Fact.VMA_READ_LOCKED)
    @Nullable VmaState vma();

    /** Whether the VMA is still the one that was locked, and not another one at the same address. */
    boolean isSameVma();

    /** When the VMA that was locked was freed, also where another one is at its address by now; unset when that was not seen. */
    @Tells(Fact.VMA_READ_LOCKED)
    Moment freed();

    /** The entry of lock_vma_under_rcu(); unset when it was not seen. */
    @Tells(Fact.IN_LOOK_UP)
    Moment entered();

    /** When the task went to sleep inside lock_vma_under_rcu(); unset when it did not. */
    Moment slept();

    /** The return of lock_vma_under_rcu() with a VMA; unset while the look-up is in flight. */
    Moment granted();
  }

  /** A handle_mm_fault(). */
  interface FaultCall {
    /** The VMA argument; null when none is in flight. */
    @Nullable VmaState vma();

    long address();

    /** Its flags (enum fault_flag). */
    long flags();

    @Tells(Fact.IN_FAULT)
    boolean isUnderVmaLock();

    /** The entry; unset when none is in flight. */
    @Tells(Fact.IN_FAULT)
    Moment entered();

    /** When __vmf_anon_prepare() last returned inside it, which lets no lock go (mm/memory.c, 6.12); unset when it was not seen to. */
    Moment prepared();

    /** When the task first blocked on the mmap_lock inside it, or asked for its write side; unset when it did not. */
    Moment blocked();

    /** When the task first entered __vma_start_write() inside it; unset when it did not. */
    Moment startedWrite();
  }

  /** The range of a VMA that is about to be write-locked, and the mm_lock_seq of that. */
  record Unlocked(long start, long end, int mmSeq) {}

  /** A __vma_start_write() or a detach, which may have to wait for readers. */
  interface StartWrite {
    /** The VMA argument; null when none is in flight. */
    @Tells({Fact.IN_START_WRITE, Fact.WAITS_FOR_READERS})
    @Nullable VmaState vma();

    /** Whether the entry showed a detached VMA: refcnt 0. */
    boolean wasDetached();

    /** Whether the entry showed an attached VMA: refcnt 1 or more. */
    boolean wasAttached();

    /** What its entry read of an attached VMA that its mm's holder for writing had not write-locked; null where it did not, or the VMA is not such a one. */
    @Tells(Fact.IN_START_WRITE)
    @Nullable Unlocked unlocked();

    /** The entry; unset when none is in flight. */
    Moment entered();

    /** When it went to sleep until readers have left; unset when it did not. */
    Moment slept();
  }
}
