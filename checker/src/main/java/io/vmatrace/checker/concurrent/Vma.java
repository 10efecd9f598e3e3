package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.mm.Sample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A vm_area_struct: memory of the slab, which stays one when it is freed. Plain fields are written while it is detached or
 * write-locked, and {@link #attach} publishes them (docs/PROTOCOL.md, Memory order and Fields).
 */
public class Vma extends CacheLine {
  /** VMA_LOCK_OFFSET (6.15), VM_REFCNT_EXCLUDE_READERS_FLAG (7.0): include/linux/mm_types.h. */
  static final int EXCLUDE_READERS = Sample.EXCLUDE_READERS;

  /** VMA_REF_LIMIT, VM_REFCNT_LIMIT. */
  static final int REFCNT_LIMIT = EXCLUDE_READERS - 1;

  /** The first vm_lock_seq (vma_lock_init(), include/linux/mmap_lock.h). */
  static final int NO_SEQ = -1;

  /** vm_refcnt is alone in its cache line (____cacheline_aligned_in_smp, include/linux/mm_types.h, 6.15): a read of the range does not wait for the counting tasks. */
  static final VarHandle REFCNT = Handles.of(MethodHandles.lookup(), Vma.class, "word", int.class);
  private static final VarHandle LOCK_SEQ = Handles.of(MethodHandles.lookup(), Vma.class, "lockSeq", int.class);

  /** vm_lock_seq; accessed by {@link #LOCK_SEQ} only. */
  int lockSeq = NO_SEQ;
  @Nullable Mm mm;
  long start;
  long end;
  int prot;

  /** Set once, also under a read lock. It has no contents here, so it needs no order (bug B20). */
  boolean anonVma;

  /** To 6.14. */
  volatile boolean detached;

  /** vma_lock.lock, to 6.14; null where it is not used. */
  private final @Nullable ConcurrentRwSemaphore lock;

  Vma() {
    this(new ConcurrentRwSemaphore());
  }

  Vma(@Nullable ConcurrentRwSemaphore lock) {
    this.lock = lock;
  }

  final ConcurrentRwSemaphore lock() {
    return Objects.requireNonNull(lock);
  }

  /** vma_init(): makes it a new VMA of an mm. Readers with a stale pointer may be reading it. */
  final void init(Mm mm, long start, long end) {
    this.mm = mm;
    this.start = start;
    this.end = end;
    prot = 0;
    anonVma = false;
    LOCK_SEQ.setOpaque(this, NO_SEQ);
    REFCNT.setOpaque(this, 0);
    detached = false;
  }

  /** READ_ONCE(). */
  final int lockSeq() {
    return (int) LOCK_SEQ.getOpaque(this);
  }

  /** WRITE_ONCE(vma->vm_lock_seq, …), by the writer that excludes readers. */
  final void lockSeq(int seq) {
    LOCK_SEQ.setOpaque(this, seq);
  }

  /** refcount_read(): relaxed. */
  final int refcnt() {
    return (int) REFCNT.getOpaque(this);
  }

  /** refcount_set_release(&vma->vm_refcnt, 1), vma_mark_attached(). */
  final void attach() {
    REFCNT.setRelease(this, 1);
  }

  final boolean covers(long at) {
    return start <= at && at < end;
  }

  /** The last address of the range. */
  final long last() {
    return end - 1;
  }

  @Override
  public String toString() {
    return "vma %x [0x%x, 0x%x) refcnt 0x%x seq %d".formatted(System.identityHashCode(this), start, end, refcnt(), lockSeq());
  }
}
