package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;

/** Moves and grows VMAs: mm/mremap.c, mm/vma.c (docs/PROTOCOL.md, Operations). Without room it does nothing. */
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

  /** Extends the VMA after a range downwards over the range: a stack that grows. */
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

  /** Extends the VMA before a range over the range. */
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
