package io.vmatrace.checker.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fair rw_semaphore: waiters get it in turn, and are handed it while asleep (kernel/locking/rwsem.c rwsem_mark_wake()).
 * Lock stealing is left out: it changes who is first, not what may happen.
 */
public final class RwSemaphore {
  private record Waiter(Sleeper task, boolean write) {}

  private final Deque<Waiter> waiters = new ArrayDeque<>(2);
  private final Set<Sleeper> readers = new HashSet<>(4);
  private @Nullable Sleeper writer;

  @Nullable Sleeper writer() {
    return writer;
  }

  boolean isHeldBy(Sleeper task) {
    return writer == task || readers.contains(task);
  }

  public boolean isWriteLocked() {
    return writer != null;
  }

  boolean isReadLocked() {
    return !readers.isEmpty();
  }

  boolean tryRead(Sleeper task) {
    return writer == null && waiters.isEmpty() && readers.add(task);
  }

  boolean tryWrite(Sleeper task) {
    if (writer != null || !readers.isEmpty() || !waiters.isEmpty()) {
      return false;
    }
    writer = task;
    return true;
  }

  /** Takes it, or queues; whether the task must sleep. */
  boolean mustWait(Sleeper task, boolean write) {
    if (write ? tryWrite(task) : tryRead(task)) {
      return false;
    }
    waiters.add(new Waiter(task, write));
    return true;
  }

  /** A woken waiter has been handed the lock, or gives up (rwsem_down_write_slowpath(), its out_nolock). */
  boolean isWriterOrLeaves(Sleeper task) {
    if (writer != task) {
      waiters.removeIf(waiter -> waiter.task == task);
      handOn();
    }
    return writer == task;
  }

  void downgrade() {
    Sleeper task = writer;
    writer = null;
    if (task != null) {
      readers.add(task);
    }
    handOn();
  }

  void release(Sleeper task) {
    if (writer == task) {
      writer = null;
    } else {
      readers.remove(task);
    }
    handOn();
  }

  private void handOn() {
    for (Waiter next = waiters.peek(); next != null && writer == null && !(next.write && !readers.isEmpty()); next = waiters.peek()) {
      waiters.remove();
      if (next.write) {
        writer = next.task;
      } else {
        readers.add(next.task);
      }
      next.task.wake();
    }
  }
}
