package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.engine.Mutant;
import io.vmatrace.checker.engine.Variant;

/** How mms come and go: kernel/fork.c, mm/mmap.c (protocol.md 1.11). */
final class Processes {
  private final MmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final Slab slab;
  private final boolean locksParent;
  private final boolean attaches;

  Processes(Variant variant, MmapLocking mmapLock, VmaLock vmaLock, Slab slab) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.slab = slab;
    locksParent = !variant.has(Mutant.B01);
    attaches = variant.isRefcounted();
  }

  /** dup_mmap(): into an mm that is new and empty. */
  void dupMmap(Task task, Mm mm, Mm child) {
    mmapLock.writeLock(task, mm);
    mmapLock.writeLock(task, child);
    MapleTree tree = mm.tree();
    for (int i = 0; i < tree.size(); i++) {
      copy(task, mm, child, tree.vma(i));
    }
    mmapLock.writeUnlock(task, child);
    mmapLock.writeUnlock(task, mm);
  }

  private void copy(Task task, Mm mm, Mm child, Vma vma) {
    if (locksParent) {
      vmaLock.startWrite(task, mm, vma);
    }
    Vma copy = slab.duplicate(task, child, vma, vma.start, vma.end);
    vmaLock.startWrite(task, child, copy);
    task.step("vma_iter_bulk_store");
    child.store(copy.start, copy.last(), copy);
    if (attaches) {
      vmaLock.markAttached(task, copy);
    }
    task.step("copy_page_range");
    task.copies(vma, true);
    task.step("copied");
    child.pages.copy(mm.pages, vma.start, vma.last());
    task.copies(vma, false);
  }

  /** mmput(): the last user takes the mm apart (exit_mmap()); the tree points at VMAs that are freed, and nobody can look. */
  void mmput(Task task, Mm mm) {
    task.step("mm_users");
    if (mm.users.decrementAndGet() > 0) {
      return;
    }
    mmapLock.readLock(task, mm);
    task.step("unmap_vmas");
    mm.pages.zap(0, Long.MAX_VALUE);
    mmapLock.readUnlock(task, mm);
    mmapLock.writeLock(task, mm);
    MapleTree tree = mm.tree();
    for (int i = 0; i < tree.size(); i++) {
      Vma vma = tree.vma(i);
      vmaLock.startWrite(task, mm, vma);
      vmaLock.markDetached(task, mm, vma);
      slab.free(task, mm, vma);
    }
    task.step("__mt_destroy");
    mm.store(0, Long.MAX_VALUE, null);
    mmapLock.writeUnlock(task, mm);
    task.step("mmdrop");
    mm.count.getAndDecrement();
  }
}
