package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What readers do: page faults (arch/x86/mm/fault.c do_user_addr_fault(), mm/memory.c), the walk of /proc/PID/maps, madvise and
 * userfaultfd under VMA locks (docs/PROTOCOL.md, Page faults). The RCU read section is the garbage collector's: a reader that has
 * found a VMA keeps its memory. (In a kernel it costs an increment and a decrement of the task's own, or nothing at all.)
 */
public final class ConcurrentFaulting {
  /** The fault was served under the VMA lock; under the mmap_lock; there is nothing mapped. */
  static final int BY_VMA_LOCK = 1;

  static final int BY_MMAP_LOCK = 2;
  static final int SEGV = 3;

  private final ConcurrentMmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final boolean hasVmaLock;
  private final boolean testsOwnerLate;
  private final boolean hasLockNextVma;
  private final boolean endsTwice;
  private final boolean waitsInside;
  private final boolean keepsFirst;

  ConcurrentFaulting(Variant variant, ConcurrentMmapLocking mmapLock, VmaLock vmaLock) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    hasVmaLock = variant.generation() != Generation.MMAP_LOCK;
    testsOwnerLate = variant.ownerTest() == Variant.OwnerTest.LATE;
    hasLockNextVma = variant.ownerTest() == Variant.OwnerTest.INSIDE;
    endsTwice = variant.has(Mutant.M18);
    waitsInside = variant.has(Mutant.M19);
    keepsFirst = variant.has(Mutant.B21);
  }

  /** A page fault of user mode; returns the lock that served it. */
  public int fault(Task task, Mm mm, long address) {
    if (hasVmaLock) {
      Vma vma = lockVmaUnderRcu(task, mm, address);
      if (vma != null && servedUnder(task, mm, vma, address)) {
        return BY_VMA_LOCK;
      }
    }
    return faultUnderMmapLock(task, mm, address);
  }

  /** handle_mm_fault(); false is VM_FAULT_RETRY. The read lock is ended in both cases. */
  private boolean servedUnder(Task task, Mm mm, Vma vma, long address) {
    if (waitsInside) {
      mmapLock.readLock(task, mm);
      mmapLock.readUnlock(task, mm);
    }
    boolean served = vma.anonVma || isAnonVmaPrepared(task, mm, vma);
    if (served) {
      task.step(StepId.SET_PTE);
      task.reads(mm, vma, address);
      mm.pages.set(address);
    }
    vmaLock.endRead(task, mm, vma);
    if (endsTwice && !served) {
      vmaLock.endRead(task, mm, vma);
    }
    return served;
  }

  /** __vmf_anon_prepare(): never waits for the mmap_lock while it holds a VMA. */
  private boolean isAnonVmaPrepared(Task task, Mm mm, Vma vma) {
    if (!mmapLock.readTrylock(task, mm)) {
      return false;
    }
    task.step(StepId.ANON_VMA_PREPARE_TRYLOCK);
    vma.anonVma = true;
    mmapLock.readUnlock(task, mm);
    return true;
  }

  private int faultUnderMmapLock(Task task, Mm mm, long address) {
    mmapLock.readLock(task, mm);
    task.step(StepId.FIND_VMA);
    Vma vma = mm.tree().load(address);
    if (vma != null) {
      task.step(StepId.ANON_VMA_PREPARE);
      vma.anonVma = true;
      task.step(StepId.SET_PTE);
      mm.pages.set(address);
    }
    mmapLock.readUnlock(task, mm);
    return vma == null ? SEGV : BY_MMAP_LOCK;
  }

  /** The VMA at an address, read-locked, or null. */
  private @Nullable Vma lockVmaUnderRcu(Task task, Mm mm, long address) {
    task.step(StepId.RCU_READ_LOCK);
    Vma vma = walk(task, mm, address);
    int got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, address);
    while (got == VmaLock.AGAIN) {
      task.retries++;
      vma = walk(task, mm, address);
      got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, address);
    }
    if (vma != null && got == VmaLock.GOT && testsOwnerLate) {
      task.step(StepId.VM_MM);
      if (vma.mm != mm) {
        vmaLock.endRead(task, mm, vma);
        got = VmaLock.REFUSED;
      }
    }
    task.step(StepId.RCU_READ_UNLOCK);
    return vma == null || got == VmaLock.REFUSED ? null : inRange(task, mm, vma, address);
  }

  private static @Nullable Vma walk(Task task, Mm mm, long address) {
    task.step(StepId.MAS_START);
    ConcurrentMapleTree tree = mm.tree();
    task.step(StepId.MAS_WALK);
    return tree.load(address);
  }

  private @Nullable Vma inRange(Task task, Mm mm, Vma vma, long address) {
    task.step(StepId.VM_START_VM_END);
    if (vma.covers(address)) {
      return vma;
    }
    vmaLock.endRead(task, mm, vma);
    return null;
  }

  /** madvise(MADV_DONTNEED) inside one VMA, of one page, from 6.17 on under its lock. */
  public void dontneed(Task task, Mm mm, long address) {
    Vma vma = lockVmaUnderRcu(task, mm, address);
    if (vma == null) {
      mmapLock.readLock(task, mm);
      task.step(StepId.ZAP_PTE);
      mm.pages.zap(address, address);
      mmapLock.readUnlock(task, mm);
      return;
    }
    task.step(StepId.ZAP_PTE);
    task.reads(mm, vma, address);
    mm.pages.zap(address, address);
    vmaLock.endRead(task, mm, vma);
  }

  /**
   * Reads /proc/PID/maps from an address to another (fs/proc/task_mmu.c m_next()): lock_next_vma() for each (mm/mmap_lock.c, 6.17), and
   * the mmap_lock where that is refused. It has no owner test of its own, because the read lock had one by then; older kernels hold
   * the mmap_lock from m_start() to m_stop().
   */
  void readMaps(Task task, Mm mm, long first, long last) {
    if (!hasLockNextVma) {
      readMapsUnderMmapLock(task, mm, first, last);
      return;
    }
    long at = first;
    do {
      at = showNext(task, mm, at);
    } while (at <= last);
  }

  private void readMapsUnderMmapLock(Task task, Mm mm, long first, long last) {
    mmapLock.readLock(task, mm);
    long at = first;
    do {
      at = showFound(task, mm, at);
    } while (at <= last);
    mmapLock.readUnlock(task, mm);
  }

  /** Where the walk continues: after the VMA that it has shown, or at the very end. */
  private long showNext(Task task, Mm mm, long at) {
    task.step(StepId.RCU_READ_LOCK);
    Vma vma = next(task, mm, at);
    int got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, at);
    while (got == VmaLock.AGAIN) {
      task.retries++;
      vma = next(task, mm, at);
      got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, at);
    }
    boolean isNext = vma != null && got == VmaLock.GOT && isNext(task, mm, vma, at);
    task.step(StepId.RCU_READ_UNLOCK);
    if (vma == null) {
      return Long.MAX_VALUE;
    }
    return isNext ? show(task, mm, vma, at) : showUnderMmapLock(task, mm, got == VmaLock.GOT ? vma : null, at);
  }

  private static @Nullable Vma next(Task task, Mm mm, long at) {
    task.step(StepId.MAS_START);
    ConcurrentMapleTree tree = mm.tree();
    task.step(StepId.MAS_FIND);
    return find(task, mm, tree, at);
  }

  private static @Nullable Vma find(Task task, Mm mm, ConcurrentMapleTree tree, long at) {
    Vma vma = tree.find(at);
    if (vma == null) {
      task.sees(mm, at, Long.MAX_VALUE);
    }
    return vma;
  }

  /** A VMA beyond the place of the walk must be the one that the tree has there now: its memory may have been another VMA's before. */
  private static boolean isNext(Task task, Mm mm, Vma vma, long at) {
    task.step(StepId.VM_START_VM_END);
    if (vma.end <= at) {
      return false;
    }
    if (vma.start <= at) {
      return true;
    }
    task.step(StepId.VMA_NEXT);
    return mm.tree().find(at) == vma;
  }

  private long show(Task task, Mm mm, Vma vma, long at) {
    task.step(StepId.SHOW_MAP);
    task.reads(mm, vma, Math.max(at, vma.start));
    task.sees(mm, at, vma.start);
    long end = vma.end;
    vmaLock.endRead(task, mm, vma);
    return end;
  }

  private long showUnderMmapLock(Task task, Mm mm, @Nullable Vma locked, long at) {
    if (locked != null) {
      vmaLock.endRead(task, mm, locked);
    }
    mmapLock.readLock(task, mm);
    long next = showFound(task, mm, at);
    mmapLock.readUnlock(task, mm);
    return next;
  }

  /** After the mmap_lock was taken. */
  private static long showFound(Task task, Mm mm, long at) {
    task.step(StepId.MAS_FIND);
    Vma vma = find(task, mm, mm.tree(), at);
    if (vma == null) {
      return Long.MAX_VALUE;
    }
    task.step(StepId.SHOW_MAP);
    task.sees(mm, at, vma.start);
    return vma.end;
  }

  /**
   * Userfaultfd's move from one address to another. mm/userfaultfd.c uffd_move_lock() (6.9 on): both VMA locks, or neither and the
   * mmap_lock. Where both addresses are in one VMA it is locked once.
   */
  void uffdMove(Task task, Mm mm, long first, long second) {
    Vma vma = lockVmaUnderRcu(task, mm, first);
    if (vma != null) {
      boolean one = vma.covers(second);
      Vma other = one ? vma : lockVmaUnderRcu(task, mm, second);
      if (other != null) {
        task.step(StepId.MOVE_PAGES);
        task.reads(mm, vma, first);
        task.reads(mm, other, second);
        if (!one) {
          vmaLock.endRead(task, mm, other);
        }
        vmaLock.endRead(task, mm, vma);
        return;
      }
      if (!keepsFirst) {
        vmaLock.endRead(task, mm, vma);
      }
    }
    mmapLock.readLock(task, mm);
    task.step(StepId.MOVE_PAGES);
    mmapLock.readUnlock(task, mm);
  }
}
