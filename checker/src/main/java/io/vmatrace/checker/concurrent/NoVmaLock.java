package io.vmatrace.checker.concurrent;

/** To 6.3 a VMA has no lock. */
public final class NoVmaLock extends VmaLock {
  @Override
  public void begin(Task task, Mm mm) {}

  @Override
  public void endWriteAll(Task task, Mm mm) {}

  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    return REFUSED;
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    throw new IllegalStateException("no read lock is ever given");
  }

  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {}

  @Override
  public void markAttached(Task task, Vma vma) {}

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {}
}
