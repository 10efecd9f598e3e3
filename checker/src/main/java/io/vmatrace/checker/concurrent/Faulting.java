package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.engine.Variant;
import io.vmatrace.checker.mm.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What readers do: page faults (arch/x86/mm/fault.c do_user_addr_fault(), mm/memory.c) and madvise under VMA locks (protocol.md 1.12,
 * 1.3). The RCU read section is the garbage collector's: a reader that has found a VMA keeps its memory. (In a kernel it costs an
 * increment and a decrement of the task's own, or nothing at all.)
 */
final class Faulting {
  /** The fault was served under the VMA lock; under the mmap_lock; there is nothing mapped. */
  static final int BY_VMA_LOCK = 1;

  static final int BY_MMAP_LOCK = 2;
  static final int SEGV = 3;

  private final MmapLocking mmapLock;
  private final VmaLock vmaLock;
  private final boolean hasVmaLock;
  private final boolean testsOwnerLate;

  Faulting(Variant variant, MmapLocking mmapLock, VmaLock vmaLock) {
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    hasVmaLock = variant.generation() != Generation.MMAP_LOCK;
    testsOwnerLate = variant.ownerTest() == Variant.OwnerTest.LATE;
  }

  /** A page fault of user mode: which way it was served. */
  int fault(Task task, Mm mm, long address) {
    if (hasVmaLock) {
      Vma vma = lockVmaUnderRcu(task, mm, address);
      if (vma != null && servedUnder(task, mm, vma, address)) {
        return BY_VMA_LOCK;
      }
    }
    return faultUnderMmapLock(task, mm, address);
  }

  /** handle_mm_fault(); false is VM_FAULT_RETRY. Either way the read lock is gone afterwards. */
  private boolean servedUnder(Task task, Mm mm, Vma vma, long address) {
    boolean served = vma.anonVma || isAnonVmaPrepared(task, mm, vma);
    if (served) {
      task.step("set_pte");
      task.reads(mm, vma, address);
      mm.pages.set(address);
    }
    vmaLock.endRead(task, mm, vma);
    return served;
  }

  /** __vmf_anon_prepare(): never waits for the mmap_lock while it holds a VMA. */
  private boolean isAnonVmaPrepared(Task task, Mm mm, Vma vma) {
    if (!mmapLock.readTrylock(task, mm)) {
      return false;
    }
    task.step("__anon_vma_prepare");
    vma.anonVma = true;
    mmapLock.readUnlock(task, mm);
    return true;
  }

  private int faultUnderMmapLock(Task task, Mm mm, long address) {
    mmapLock.readLock(task, mm);
    task.step("find_vma");
    Vma vma = mm.tree().load(address);
    if (vma != null) {
      task.step("anon_vma_prepare");
      vma.anonVma = true;
      task.step("set_pte");
      mm.pages.set(address);
    }
    mmapLock.readUnlock(task, mm);
    return vma == null ? SEGV : BY_MMAP_LOCK;
  }

  /** The VMA at an address, read-locked, or null. */
  private @Nullable Vma lockVmaUnderRcu(Task task, Mm mm, long address) {
    task.step("rcu_read_lock");
    Vma vma = walk(task, mm, address);
    int got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, address);
    while (got == VmaLock.AGAIN) {
      task.retries++;
      vma = walk(task, mm, address);
      got = vma == null ? VmaLock.REFUSED : vmaLock.startRead(task, mm, vma, address);
    }
    if (vma != null && got == VmaLock.GOT && testsOwnerLate) {
      task.step("vm_mm");
      if (vma.mm != mm) {
        vmaLock.endRead(task, mm, vma);
        got = VmaLock.REFUSED;
      }
    }
    task.step("rcu_read_unlock");
    return vma == null || got == VmaLock.REFUSED ? null : inRange(task, mm, vma, address);
  }

  private static @Nullable Vma walk(Task task, Mm mm, long address) {
    task.step("mas_start");
    MapleTree tree = mm.tree();
    task.step("mas_walk");
    return tree.load(address);
  }

  private @Nullable Vma inRange(Task task, Mm mm, Vma vma, long address) {
    task.step("vm_start_vm_end");
    if (vma.covers(address)) {
      return vma;
    }
    vmaLock.endRead(task, mm, vma);
    return null;
  }

  /** madvise(MADV_DONTNEED) inside one VMA, of one page, from 6.17 on under its lock. */
  void dontneed(Task task, Mm mm, long address) {
    Vma vma = lockVmaUnderRcu(task, mm, address);
    if (vma == null) {
      mmapLock.readLock(task, mm);
      task.step("zap_pte");
      mm.pages.zap(address, address);
      mmapLock.readUnlock(task, mm);
      return;
    }
    task.step("zap_pte");
    task.reads(mm, vma, address);
    mm.pages.zap(address, address);
    vmaLock.endRead(task, mm, vma);
  }
}
