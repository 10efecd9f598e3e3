package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A fair rw_semaphore: waiters get it in turn, and are handed it while asleep (kernel/locking/rwsem.c: the count's bits,
 * rwsem_mark_wake()). A ReentrantReadWriteLock would do for the mm, and the baseline has one; but it counts holds in
 * thread-locals, its tryLock() overtakes waiters where rwsem_read_trylock() does not, and a test could not see the hand-over. Lock
 * stealing and spinning on the owner are left out, as in the engine: they change who is first, not what may happen.
 */
public final class ConcurrentRwSemaphore extends CacheLine implements RwLock {
  /** RWSEM_WRITER_LOCKED, RWSEM_FLAG_WAITERS, RWSEM_READER_BIAS. */
  private static final int WRITER = 1;

  private static final int WAITERS = 1 << 1;
  private static final int READER = 1 << 8;

  private static final VarHandle COUNT = Handles.of(MethodHandles.lookup(), ConcurrentRwSemaphore.class, "word", int.class);

  private static final class Waiter {
    private final Task task;
    private final boolean write;
    private volatile boolean granted;

    private Waiter(Task task, boolean write) {
      this.task = task;
      this.write = write;
    }
  }

  /** Guarded by this object's monitor, which is the kernel's wait_lock. */
  private final Deque<Waiter> waiters = new ArrayDeque<>(2);

  @Override
  public boolean tryRead(Task task) {
    int seen = (int) COUNT.getOpaque(this);
    while ((seen & (WRITER | WAITERS)) == 0) {
      int was = (int) COUNT.compareAndExchangeAcquire(this, seen, seen + READER);
      if (was == seen) {
        return true;
      }
      seen = was;
    }
    return false;
  }

  @Override
  public void read(Task task) {
    if (!tryRead(task)) {
      await(new Waiter(task, false));
    }
  }

  @Override
  public void write(Task task) {
    if ((int) COUNT.compareAndExchangeAcquire(this, 0, WRITER) != 0) {
      await(new Waiter(task, true));
    }
  }

  /** A woken waiter has been handed the lock, or gives up (rwsem_down_write_slowpath(), its out_nolock). */
  @Override
  public boolean writeKillable(Task task) {
    Waiter waiter = null;
    if ((int) COUNT.compareAndExchangeAcquire(this, 0, WRITER) != 0) {
      waiter = new Waiter(task, true);
      queue(waiter);
      while (!waiter.granted && !task.killed) {
        task.park();
      }
    }
    task.step(StepId.RWSEM_TRY_WRITE_LOCK);
    return waiter == null || isGrantedOrLeaves(waiter);
  }

  private synchronized boolean isGrantedOrLeaves(Waiter waiter) {
    if (!waiter.granted) {
      waiters.remove(waiter);
      clearIfNobodyWaits();
      handOn();
    }
    return waiter.granted;
  }

  @Override
  public void unlockRead(Task task) {
    int left = (int) COUNT.getAndAdd(this, -READER) - READER;
    if (left < READER && (left & WAITERS) != 0) {
      handOn();
    }
  }

  @Override
  public void unlockWrite(Task task) {
    handOnAfter(-WRITER);
  }

  @Override
  public void downgrade(Task task) {
    handOnAfter(READER - WRITER);
  }

  private void handOnAfter(int change) {
    if (((int) COUNT.getAndAdd(this, change) & WAITERS) != 0) {
      handOn();
    }
  }

  private synchronized void queue(Waiter waiter) {
    waiters.add(waiter);
    COUNT.getAndBitwiseOr(this, WAITERS);
    handOn();
  }

  private void clearIfNobodyWaits() {
    if (waiters.isEmpty()) {
      COUNT.getAndBitwiseAnd(this, ~WAITERS);
    }
  }

  private void await(Waiter waiter) {
    queue(waiter);
    while (!waiter.granted) {
      waiter.task.park();
    }
  }

  private synchronized void handOn() {
    for (Waiter next = waiters.peek(); next != null && isHandedTo(next); next = waiters.peek()) {
      waiters.remove();
      clearIfNobodyWaits();
      next.granted = true;
      next.task.unpark();
    }
  }

  /** While some wait nobody else enters; holders leave, and hand the lock on here. */
  private boolean isHandedTo(Waiter next) {
    int seen = (int) COUNT.getAcquire(this);
    if ((seen & WRITER) != 0 || next.write && seen >= READER) {
      return false;
    }
    COUNT.getAndAdd(this, next.write ? WRITER : READER);
    return true;
  }
}
