package io.vmatrace.checker.picture;

/** What a task is doing in a span of time. The page's script has the same list, in the same order (kinds.js). */
public enum SpanKind {
  /** A system call; the detail is its {@link io.vmatrace.checker.mm.SystemCall.Kind}. */
  CALL,
  WAIT_READ,
  WAIT_WRITE,
  HOLD_READ,
  /** From a downgrade on. */
  HOLD_DOWNGRADED,
  HOLD_WRITE,
  /** A page fault; the detail is its {@link io.vmatrace.checker.mm.FaultReason}. */
  FAULT_VMA_LOCK,
  FAULT_MMAP_LOCK,
  FAULT_UNRESOLVED,
  /** lock_vma_under_rcu(), which returned a VMA. */
  LOOK_UP_GRANTED,
  LOOK_UP_REFUSED,
  /** It has not returned when the capture ends. */
  LOOK_UP_OPEN,
  /** From a granted look-up to the return of handle_mm_fault(): the VMA is read-locked for that long at least. */
  READ_LOCK,
  /** __vma_start_write(). */
  START_WRITE,
  /** Asleep in it until readers have left. */
  READERS_LEAVE,
  /** __vma_exclude_readers_for_detach(). */
  SECOND_WAIT
}
