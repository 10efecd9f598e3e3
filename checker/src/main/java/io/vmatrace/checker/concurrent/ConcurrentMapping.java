package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import java.util.List;

/** What writers do to the VMAs of an mm: mm/vma.c, mm/mmap.c, mm/mprotect.c (docs/PROTOCOL.md, Operations). Ranges are inclusive. */
public final class ConcurrentMapping {
  private final ConcurrentMmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final Slab slab;
  private final boolean locksEarly;
  private final boolean locksLate;
  private final boolean detachesEarly;
  private final boolean detachesLate;
  private final boolean detachesFirst;
  private final boolean makesHole;
  private final boolean clearsEach;
  private final boolean zapsEarly;
  private final boolean freesEarly;
  private final boolean reattaches;
  private final boolean endsInside;

  ConcurrentMapping(Variant variant, ConcurrentMmapLocking mmapLock, VmaLock vmaLock, Slab slab) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.slab = slab;
    makesHole = variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
    zapsEarly = variant.has(Mutant.B10);
    locksLate = variant.detach() == Variant.Detach.STORE_LOCK_DETACH || makesHole || zapsEarly;
    locksEarly = !locksLate;
    detachesFirst = variant.has(Mutant.M13);
    detachesLate = variant.detach() != Variant.Detach.LOCK_DETACH_STORE || zapsEarly;
    detachesEarly = !detachesLate && !detachesFirst;
    clearsEach = variant.has(Mutant.M15);
    freesEarly = variant.has(Mutant.M14);
    reattaches = !detachesLate && !variant.has(Mutant.M16);
    endsInside = variant.has(Mutant.B08);
  }

  public void munmap(Task task, Mm mm, long first, long last) {
    mmapLock.writeLock(task, mm);
    gather(task, mm, first, last);
    if (freesEarly) {
      complete(task, mm, first, last);
    }
    if (zapsEarly) {
      unmapVmas(task, mm, first, last);
    }
    erase(task, mm, first, last);
    clear(task, mm);
    mmapLock.downgrade(task, mm);
    if (!freesEarly) {
      complete(task, mm, first, last);
    }
    mmapLock.readUnlock(task, mm);
  }

  /** munmap whose store fails for lack of memory: the gathered VMAs are attached again (vms_abort_munmap_vmas()). */
  void munmapFails(Task task, Mm mm, long first, long last) {
    mmapLock.writeLock(task, mm);
    gather(task, mm, first, last);
    if (reattaches) {
      task.gathered.forEach(vma -> vmaLock.markAttached(task, vma));
    }
    mmapLock.writeUnlock(task, mm);
  }

  /** munmap in a write section that continues afterwards. */
  void unmap(Task task, Mm mm, long first, long last) {
    gather(task, mm, first, last);
    erase(task, mm, first, last);
    clear(task, mm);
    complete(task, mm, first, last);
  }

  /** mmap(MAP_FIXED): replaces everything in the range. */
  public void mmap(Task task, Mm mm, long first, long last, int prot) {
    mmapLock.writeLock(task, mm);
    gather(task, mm, first, last);
    if (makesHole) {
      erase(task, mm, first, last);
    }
    unmapVmas(task, mm, first, last);
    Vma vma = slab.allocate(task, mm, first, last + 1);
    vma.prot = prot;
    vmaLock.startWrite(task, mm, vma);
    vmaLock.markAttached(task, vma);
    store(task, mm, vma);
    clear(task, mm);
    if (!task.gathered.isEmpty()) {
      complete(task, mm, first, last);
    }
    mmapLock.writeUnlock(task, mm);
  }

  /** Splits, changes, and merges equal neighbours. */
  public void mprotect(Task task, Mm mm, long first, long last, int prot) {
    mmapLock.writeLock(task, mm);
    splitAt(task, mm, first, true);
    splitAt(task, mm, last + 1, false);
    list(mm.tree(), first, last, task.gathered);
    for (int i = 0; i < task.gathered.size(); i++) {
      Vma vma = task.gathered.get(i);
      vmaLock.startWrite(task, mm, vma);
      if (endsInside) {
        task.step(StepId.MM_DROP_ALL_LOCKS);
        mm.endSeq();
      }
      task.step(StepId.VM_FLAGS_RESET);
      task.changes(mm, vma);
      vma.prot = prot;
    }
    merge(task, mm, first);
    merge(task, mm, last + 1);
    mmapLock.writeUnlock(task, mm);
  }

  /** vms_gather_munmap_vmas(): splits at both ends, and locks and detaches the VMAs between, which stay in the tree. */
  private void gather(Task task, Mm mm, long first, long last) {
    splitAt(task, mm, first, true);
    splitAt(task, mm, last + 1, false);
    list(mm.tree(), first, last, task.gathered);
    for (int i = 0; i < task.gathered.size(); i++) {
      gather(task, mm, task.gathered.get(i));
    }
    if (clearsEach) {
      list(mm.tree(), first, last, task.gathered);
    }
  }

  private void gather(Task task, Mm mm, Vma vma) {
    if (detachesFirst) {
      vmaLock.markDetached(task, mm, vma);
    }
    if (locksEarly) {
      vmaLock.startWrite(task, mm, vma);
    }
    if (detachesEarly) {
      vmaLock.markDetached(task, mm, vma);
    }
    if (clearsEach) {
      task.step(StepId.MAS_STORE_GFP);
      mm.store(vma.start, vma.last(), null);
    }
  }

  private static void list(ConcurrentMapleTree tree, long first, long last, List<Vma> into) {
    into.clear();
    for (int i = 0; i < tree.size(); i++) {
      if (tree.first(i) >= first && tree.last(i) <= last) {
        into.add(tree.vma(i));
      }
    }
  }

  /** Locks and detaches what is not yet, once the range is out of the tree: vms_clear_ptes(). */
  private void clear(Task task, Mm mm) {
    for (int i = 0; i < task.gathered.size(); i++) {
      Vma vma = task.gathered.get(i);
      if (locksLate) {
        vmaLock.startWrite(task, mm, vma);
      }
      if (detachesLate) {
        vmaLock.markDetached(task, mm, vma);
      }
    }
  }

  /** vms_complete_munmap_vmas(): zaps, frees page tables, frees the VMAs. */
  private void complete(Task task, Mm mm, long first, long last) {
    if (!zapsEarly) {
      unmapVmas(task, mm, first, last);
    }
    task.step(StepId.FREE_PGTABLES);
    task.freesPageTables(mm, first, last);
    for (int i = 0; i < task.gathered.size(); i++) {
      slab.free(task, mm, task.gathered.get(i));
    }
  }

  private static void unmapVmas(Task task, Mm mm, long first, long last) {
    task.step(StepId.UNMAP_VMAS);
    mm.pages.zap(first, last);
  }

  private static void erase(Task task, Mm mm, long first, long last) {
    task.step(StepId.VMA_ITER_CLEAR_GFP);
    mm.store(first, last, null);
  }

  static void store(Task task, Mm mm, Vma vma) {
    task.step(StepId.VMA_ITER_STORE);
    mm.store(vma.start, vma.last(), vma);
  }

  /** Splits where a VMA covers both sides of an address; the new VMA is the part below it or the one above. */
  private void splitAt(Task task, Mm mm, long at, boolean newBelow) {
    Vma vma = mm.tree().load(at);
    if (vma != null && vma.start < at) {
      split(task, mm, vma, at, newBelow);
    }
  }

  /** __split_vma(). */
  private void split(Task task, Mm mm, Vma vma, long at, boolean newBelow) {
    Vma other = newBelow ? slab.duplicate(task, mm, vma, vma.start, at) : slab.duplicate(task, mm, vma, at, vma.end);
    vmaLock.startWrite(task, mm, vma);
    vmaLock.startWrite(task, mm, other);
    task.step(StepId.VM_START_VM_END);
    task.changes(mm, vma);
    vma.start = newBelow ? at : vma.start;
    vma.end = newBelow ? vma.end : at;
    vmaLock.markAttached(task, other);
    store(task, mm, other);
  }

  /** vma_merge_existing_range(), where the VMAs on both sides of an address are equal: the left one takes the right one's range. */
  private void merge(Task task, Mm mm, long at) {
    Vma left = mm.tree().load(at - 1);
    Vma right = mm.tree().load(at);
    if (left != null && right != null && left.end == right.start && left.prot == right.prot) {
      merge(task, mm, left, right);
    }
  }

  private void merge(Task task, Mm mm, Vma left, Vma right) {
    vmaLock.startWrite(task, mm, left);
    vmaLock.startWrite(task, mm, right);
    task.step(StepId.VM_END);
    task.changes(mm, left);
    left.end = right.end;
    left.anonVma |= right.anonVma;
    store(task, mm, left);
    vmaLock.markDetached(task, mm, right);
    slab.free(task, mm, right);
  }
}
