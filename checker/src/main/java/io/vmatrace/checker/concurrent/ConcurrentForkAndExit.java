package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;

/** How mms are made and destroyed: kernel/fork.c, mm/mmap.c (docs/PROTOCOL.md, fork and exit). */
final class ConcurrentForkAndExit {
  private final ConcurrentMmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final Slab slab;
  private final boolean locksParent;
  private final boolean attaches;
  private final boolean isKillable;

  ConcurrentForkAndExit(Variant variant, ConcurrentMmapLocking mmapLock, VmaLock vmaLock, Slab slab) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.slab = slab;
    locksParent = !variant.has(Mutant.B01);
    attaches = variant.isRefcounted();
    isKillable = variant.generation() == Generation.EXCLUDE_READERS && variant.detach() != Variant.Detach.STOP_READERS;
  }

  /** dup_mmap(), into a new and empty mm. */
  void dupMmap(Task task, Mm mm, Mm child) {
    mmapLock.writeLock(task, mm);
    copyAll(task, mm, child, false);
    mmapLock.writeUnlock(task, mm);
  }

  /**
   * The same with killable locks (6.19 on): -EINTR undoes the copies. Older kernels have no such locks.
   * Returns whether all was copied.
   */
  boolean dupMmapKillable(Task task, Mm mm, Mm child) {
    if (!isKillable) {
      dupMmap(task, mm, child);
      return true;
    }
    if (!mmapLock.writeLockKillable(task, mm)) {
      return false;
    }
    boolean copied = copyAll(task, mm, child, true);
    mmapLock.writeUnlock(task, mm);
    return copied;
  }

  private boolean copyAll(Task task, Mm mm, Mm child, boolean killable) {
    mmapLock.writeLock(task, child);
    ConcurrentMapleTree tree = mm.tree();
    boolean copied = true;
    for (int i = 0; copied && i < tree.size(); i++) {
      copied = startWrite(task, mm, tree.vma(i), killable);
      if (copied) {
        copy(task, mm, child, tree.vma(i));
      }
    }
    if (!copied) {
      undo(task, child);
    }
    mmapLock.writeUnlock(task, child);
    return copied;
  }

  private boolean startWrite(Task task, Mm mm, Vma vma, boolean killable) {
    if (!locksParent) {
      return true;
    }
    if (killable) {
      return vmaLock.startWriteKillable(task, mm, vma);
    }
    vmaLock.startWrite(task, mm, vma);
    return true;
  }

  /** tear_down_vmas() (mm/mmap.c, 7.0): frees the copies while the child's tree still has them; nobody else can walk that tree. */
  private void undo(Task task, Mm child) {
    task.step(StepId.MM_FLAGS_SET);
    child.unstable = true;
    ConcurrentMapleTree tree = child.tree();
    for (int i = 0; i < tree.size(); i++) {
      vmaLock.markDetached(task, child, tree.vma(i));
      slab.free(task, child, tree.vma(i));
    }
    destroy(task, child);
  }

  private static void destroy(Task task, Mm mm) {
    task.step(StepId.MT_DESTROY);
    mm.store(0, Long.MAX_VALUE, null);
  }

  private void copy(Task task, Mm mm, Mm child, Vma vma) {
    Vma copy = slab.duplicate(task, child, vma, vma.start, vma.end);
    vmaLock.startWrite(task, child, copy);
    task.step(StepId.VMA_ITER_BULK_STORE);
    child.store(copy.start, copy.last(), copy);
    if (attaches) {
      vmaLock.markAttached(task, copy);
    }
    task.step(StepId.COPY_PAGE_RANGE);
    task.copies(vma, true);
    task.step(StepId.COPIED);
    child.pages.copy(mm.pages, vma.start, vma.last());
    task.copies(vma, false);
  }

  /** SIGKILL to a task. */
  static void kill(Task task, Task victim) {
    task.step(StepId.SIGNAL_WAKE_UP);
    victim.kill();
  }

  /** mmput(): the last user destroys the mm (exit_mmap()); its tree points at freed VMAs, and nobody walks it any more. */
  void mmput(Task task, Mm mm) {
    task.step(StepId.MM_USERS);
    if (mm.users.decrementAndGet() > 0) {
      return;
    }
    mmapLock.readLock(task, mm);
    task.step(StepId.UNMAP_VMAS);
    mm.pages.zap(0, Long.MAX_VALUE);
    mmapLock.readUnlock(task, mm);
    mmapLock.writeLock(task, mm);
    ConcurrentMapleTree tree = mm.tree();
    for (int i = 0; i < tree.size(); i++) {
      Vma vma = tree.vma(i);
      vmaLock.startWrite(task, mm, vma);
      vmaLock.markDetached(task, mm, vma);
      slab.free(task, mm, vma);
    }
    destroy(task, mm);
    mmapLock.writeUnlock(task, mm);
    task.step(StepId.MMDROP);
    mm.count.decrement();
  }
}
