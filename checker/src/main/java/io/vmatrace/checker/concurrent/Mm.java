package io.vmatrace.checker.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An mm_struct. */
public final class Mm {
  private static final VarHandle LOCK_SEQ = Handles.of(MethodHandles.lookup(), Mm.class, "lockSeq", int.class);
  private static final VarHandle TREE = Handles.of(MethodHandles.lookup(), Mm.class, "tree", ConcurrentMapleTree.class);
  private static final VarHandle WRITER_WAIT = Handles.of(MethodHandles.lookup(), Mm.class, "writerWait", Task.class);

  final RwLock mmapLock;
  final PageTable pages;

  /** mm_users and mm_count. */
  final AtomicInteger users = new AtomicInteger(1);

  final SharedCount count = new SharedCount(1);

  /** MMF_UNSTABLE: a fork failed, and its VMAs are freed while the tree still has them. Only its builder reads this. */
  boolean unstable;

  /** Readers of all its VMAs, and whether they are stopped: only under the variant stop-readers. */
  public final SharedCount readers = new SharedCount(0);

  volatile boolean readersStopped;

  private int lockSeq;
  private ConcurrentMapleTree tree = ConcurrentMapleTree.EMPTY;

  /** vma_writer_wait; accessed by {@link #WRITER_WAIT} only. */
  @Nullable Task writerWait;

  public Mm(RwLock mmapLock) {
    this(mmapLock, new PageTable());
  }

  /** Page tables are large: mms that use none may share one. */
  Mm(RwLock mmapLock, PageTable pages) {
    this.mmapLock = mmapLock;
    this.pages = pages;
  }

  /** The nodes as rcu_dereference() finds them. */
  ConcurrentMapleTree tree() {
    return (ConcurrentMapleTree) TREE.getAcquire(this);
  }

  /** rcu_assign_pointer(): by the holder of the mmap_lock for writing. */
  void store(long first, long last, @Nullable Vma vma) {
    TREE.setRelease(this, tree.store(first, last, vma));
  }

  /** A reader's first read, and the writer's: relaxed. */
  int lockSeq() {
    return (int) LOCK_SEQ.getOpaque(this);
  }

  /** raw_read_seqcount(), a reader's second read. */
  int lockSeqAcquire() {
    return (int) LOCK_SEQ.getAcquire(this);
  }

  /** mm_lock_seqcount_begin(): the number, then a store fence. */
  void beginSeq() {
    LOCK_SEQ.setOpaque(this, lockSeq + 1);
    VarHandle.storeStoreFence();
  }

  /** mm_lock_seqcount_end(): a store fence only (docs/PROTOCOL.md, Memory order), then the number. */
  void endSeq() {
    VarHandle.storeStoreFence();
    LOCK_SEQ.setOpaque(this, lockSeq + 1);
  }

  /** prepare_to_rcuwait(), include/linux/rcuwait.h. */
  void prepareToRcuwait(Task task) {
    WRITER_WAIT.setRelease(this, task);
  }

  /** finish_rcuwait(). */
  void finishRcuwait() {
    WRITER_WAIT.setRelease(this, null);
  }

  /** rcuwait_wake_up(), kernel/exit.c: its fence pairs with the one of {@link Task#setCurrentState}. */
  void rcuwaitWakeUp() {
    VarHandle.fullFence();
    Task writer = (Task) WRITER_WAIT.getOpaque(this);
    if (writer != null) {
      writer.wake();
    }
  }
}
