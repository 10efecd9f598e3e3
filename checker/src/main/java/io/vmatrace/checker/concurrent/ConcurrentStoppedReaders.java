package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;

/** The variant stop-readers: no VMA has a lock of its own, and a writer stops all readers of its mm. */
final class ConcurrentStoppedReaders extends VmaLock {
  @Override
  public void begin(Task task, Mm mm) {
    task.step(StepId.MM_LOCK_SEQCOUNT_BEGIN);
    mm.beginSeq();
    task.step(StepId.STOP_READERS);
    mm.readersStopped = true;
    mm.prepareToRcuwait(task);
    while (haveNotLeft(task, mm)) {
      task.writerWaits++;
      task.step(StepId.SCHEDULE);
      task.schedule();
    }
    task.step(StepId.FINISH_RCUWAIT);
    mm.finishRcuwait();
  }

  private static boolean haveNotLeft(Task task, Mm mm) {
    task.step(StepId.SET_CURRENT_STATE);
    task.setCurrentState(false);
    task.step(StepId.READERS);
    return mm.readers.get() != 0;
  }

  @Override
  public void endWriteAll(Task task, Mm mm) {
    task.step(StepId.LET_READERS_IN);
    mm.readersStopped = false;
    task.step(StepId.VMA_END_WRITE_ALL);
    mm.endSeq();
  }

  @Override
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    task.step(StepId.READERS_INC);
    mm.readers.increment();
    task.step(StepId.STOPPED);
    if (mm.readersStopped) {
      leave(task, mm);
      return REFUSED;
    }
    // A VMA found before the reader was counted may be gone; writers wait only for what is found now.
    task.step(StepId.MAS_WALK_AGAIN);
    if (mm.tree().find(address) != vma) {
      leave(task, mm);
      return AGAIN;
    }
    return GOT;
  }

  private static void leave(Task task, Mm mm) {
    task.step(StepId.READERS_DEC);
    mm.readers.decrement();
    task.step(StepId.WAKE_UP);
    mm.rcuwaitWakeUp();
  }

  @Override
  public void endRead(Task task, Mm mm, Vma vma) {
    leave(task, mm);
  }

  @Override
  public void startWrite(Task task, Mm mm, Vma vma) {}

  @Override
  public void markAttached(Task task, Vma vma) {
    task.step(StepId.REFCOUNT_SET);
    vma.attach();
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    task.step(StepId.REFCOUNT_SET);
    Vma.REFCNT.setRelease(vma, 0);
  }
}
