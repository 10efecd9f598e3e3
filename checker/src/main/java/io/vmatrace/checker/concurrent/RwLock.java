package io.vmatrace.checker.concurrent;

/** A sleeping lock for many readers or one writer, as an mm's mmap_lock is. */
public interface RwLock {
  void read(Task task);

  /** Whether the lock was free. */
  boolean tryRead(Task task);

  void unlockRead(Task task);

  void write(Task task);

  /** The same, but SIGKILL ends the wait if the lock is killable; whether it got the lock. */
  default boolean writeKillable(Task task) {
    write(task);
    return true;
  }

  void unlockWrite(Task task);

  /** A writer becomes a reader, without a gap. */
  void downgrade(Task task);
}
