package io.vmatrace.checker.concurrent;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A baseline: the JDK's lock for the mmap_lock, fair. */
public final class MmapReentrantLock implements RwLock {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

  @Override
  public void read(Task task) {
    lock.readLock().lock();
  }

  @Override
  public boolean tryRead(Task task) {
    return lock.readLock().tryLock();
  }

  @Override
  public void unlockRead(Task task) {
    lock.readLock().unlock();
  }

  @Override
  public void write(Task task) {
    lock.writeLock().lock();
  }

  @Override
  public void unlockWrite(Task task) {
    lock.writeLock().unlock();
  }

  @Override
  public void downgrade(Task task) {
    lock.readLock().lock();
    lock.writeLock().unlock();
  }
}
