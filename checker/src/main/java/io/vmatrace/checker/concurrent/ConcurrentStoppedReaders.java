package io.vmatrace.checker.concurrent;

/** The variant stop-readers: no VMA has a lock of its own, and a writer makes all readers of its mm keep out. */
final class ConcurrentStoppedReaders extends VmaLock {
  @Override
  public void begin(Task task, Mm mm) {
    task.step("mm_lock_seqcount_begin");
    mm.beginSeq();
    task.step("stop_readers");
    mm.readersStopped = true;
    mm.prepareToRcuwait(task);
    while (haveNotLeft(task, mm)) {
      task.writerWaits++;
      task.step("schedule");
      task.schedule();
    }
    task.step("finish_rcuwait");
    mm.finishRcuwait();
  }

  private static boolean haveNotLeft(Task task, Mm mm) {
    task.step("set_current_state");
    task.setCurrentState(false);
    task.step("readers");
    return mm.readers.get() != 0;
  }

  @Override
  public void endWriteAll(Task task, Mm mm) {
    task.step("let_readers_in");
    mm.readersStopped = false;
    task.step("vma_end_write_all");
    mm.endSeq();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a VMA is the memory that it has
  public int startRead(Task task, Mm mm, Vma vma, long address) {
    task.step("readers_inc");
    mm.readers.increment();
    task.step("stopped");
    if (mm.readersStopped) {
      leave(task, mm);
      return REFUSED;
    }
    // What was found before the reader was counted may have gone meanwhile: only what is found now is what writers wait for.
    task.step("mas_walk_again");
    if (mm.tree().find(address) != vma) {
      leave(task, mm);
      return AGAIN;
    }
    return GOT;
  }

  private static void leave(Task task, Mm mm) {
    task.step("readers_dec");
    mm.readers.decrement();
    task.step("wake_up");
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
    task.step("refcount_set");
    vma.attach();
  }

  @Override
  public void markDetached(Task task, Mm mm, Vma vma) {
    task.detached++;
    task.step("refcount_set");
    Vma.REFCNT.setRelease(vma, 0);
  }
}
