package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/** A handle_mm_fault() in flight. */
public final class FaultCall {
  /** enum fault_flag, include/linux/mm_types.h. */
  public static final long FAULT_FLAG_RETRY_NOWAIT = 1 << 3;

  private static final long FAULT_FLAG_VMA_LOCK = 1 << 12;

  /** enum vm_fault_reason, include/linux/mm_types.h: VM_FAULT_RETRY and VM_FAULT_COMPLETED, after which the callee has let go. */
  public static final long VM_FAULT_RETRY = 0x400;

  public static final long VM_FAULT_COMPLETED = 0x4000;

  private @Nullable VmaState vma;
  private long address;
  private long flags;
  private final Moment entered = new Moment();
  private final Moment blocked = new Moment();
  private final Moment startedWrite = new Moment();

  /** The VMA argument; null when none is in flight. */
  public @Nullable VmaState vma() {
    return vma;
  }

  public long address() {
    return address;
  }

  public boolean isUnderVmaLock() {
    return isUnderVmaLock(flags);
  }

  /** What the flags of a handle_mm_fault() say of its lock. */
  public static boolean isUnderVmaLock(long flags) {
    return (flags & FAULT_FLAG_VMA_LOCK) != 0;
  }

  /** The entry; unset when none is in flight. */
  public Moment entered() {
    return entered;
  }

  /** When the task blocked on the mmap_lock inside it, or asked for its write side; unset when it did not. */
  public Moment blocked() {
    return blocked;
  }

  /** When the task entered __vma_start_write() inside it; unset when it did not. */
  public Moment startedWrite() {
    return startedWrite;
  }

  public void enter(VmaState vma, long address, long flags, Moment moment) {
    close();
    this.vma = vma;
    this.address = address;
    this.flags = flags;
    entered.set(moment);
  }

  public void block(Moment moment) {
    if (entered.known()) {
      blocked.set(moment);
    }
  }

  public void startWrite(Moment moment) {
    if (entered.known()) {
      startedWrite.set(moment);
    }
  }

  public void close() {
    if (vma == null) {
      return; // as for almost every event
    }
    vma = null;
    flags = 0;
    entered.clear();
    blocked.clear();
    startedWrite.clear();
  }
}
