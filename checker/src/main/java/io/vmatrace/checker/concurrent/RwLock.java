package io.vmatrace.checker.concurrent;

/** A sleeping lock for many readers or one writer, as an mm's mmap_lock is. */
public interface RwLock {
  void read(Task task);

  /** Whether it could be had at once. */
  boolean tryRead(Task task);

  void unlockRead(Task task);

  void write(Task task);

  /** The same, unless SIGKILL ends the wait, where the lock knows of that; whether it has the lock. */
  default boolean writeKillable(Task task) {
    write(task);
    return true;
  }

  void unlockWrite(Task task);

  /** A writer becomes a reader, without a moment in which it has nothing. */
  void downgrade(Task task);
}
