package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;

/** What moves a VMA or lets it grow: mm/mremap.c, mm/vma.c (docs/PROTOCOL.md, Operations). Where there is no room nothing is done. */
final class ConcurrentResizing {
  private final ConcurrentMmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final Slab slab;
  private final ConcurrentMapping mapping;

  ConcurrentResizing(ConcurrentMmapLocking mmapLock, VmaLock vmaLock, Slab slab, ConcurrentMapping mapping) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.slab = slab;
    this.mapping = mapping;
  }

  /** Moves the VMA that begins at an address to another. */
  void mremap(Task task, Mm mm, long from, long to) {
    mmapLock.writeLock(task, mm);
    ConcurrentMapleTree tree = mm.tree();
    Vma old = tree.load(from);
    if (old != null && old.start == from && tree.isFree(to, to + old.last() - from)) {
      move(task, mm, old, to);
    }
    mmapLock.writeUnlock(task, mm);
  }

  private void move(Task task, Mm mm, Vma old, long to) {
    vmaLock.startWrite(task, mm, old);
    Vma moved = slab.duplicate(task, mm, old, to, to + old.end - old.start);
    vmaLock.startWrite(task, mm, moved);
    vmaLock.markAttached(task, moved);
    ConcurrentMapping.store(task, mm, moved);
    task.step(StepId.MOVE_PAGE_TABLES);
    mm.pages.move(old.start, old.last(), to);
    mapping.unmap(task, mm, old.start, old.last());
  }

  /** Lets the VMA that begins behind a range begin with it: a stack that grows. */
  void expandDownwards(Task task, Mm mm, long first, long last) {
    mmapLock.writeLock(task, mm);
    ConcurrentMapleTree tree = mm.tree();
    Vma vma = tree.load(last + 1);
    if (vma != null && vma.start == last + 1 && tree.isFree(first, last)) {
      vmaLock.startWrite(task, mm, vma);
      task.step(StepId.VM_START);
      task.changes(mm, vma);
      vma.start = first;
      ConcurrentMapping.store(task, mm, vma);
    }
    mmapLock.writeUnlock(task, mm);
  }

  /** Lets the VMA that ends where a range begins end with it. */
  void brk(Task task, Mm mm, long first, long last) {
    mmapLock.writeLock(task, mm);
    ConcurrentMapleTree tree = mm.tree();
    Vma vma = tree.load(first - 1);
    if (vma != null && vma.end == first && tree.isFree(first, last)) {
      vmaLock.startWrite(task, mm, vma);
      task.step(StepId.VM_END);
      task.changes(mm, vma);
      vma.end = last + 1;
      ConcurrentMapping.store(task, mm, vma);
    }
    mmapLock.writeUnlock(task, mm);
  }
}
