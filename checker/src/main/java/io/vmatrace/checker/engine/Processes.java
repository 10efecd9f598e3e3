package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;

/** How mms come and go: kernel/fork.c, mm/mmap.c (protocol.md 1.11). Operations take {@link Frame#mm}. */
final class Processes {
  /** dup_mmap(): into the mm {@link Frame#otherMm}. */
  final Program dupMmap;

  /** mmput(): the last user takes the mm apart. */
  final Program mmput;

  /** What clone() returns: the child's pid, which runs no step here. */
  private static final long CHILD = 1_000;

  private final Variant variant;

  Processes(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock) {
    this.variant = variant;
    dupMmap = dupMmap(mmapLock, vmaLock);
    mmput = mmput(mmapLock, vmaLock);
  }

  private static void same(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.vma;
  }

  private static void child(Frame from, Frame to) {
    to.mm = from.otherMm;
    to.vma = from.other;
  }

  private static void list(Frame f) {
    f.vmas.clear();
    f.i = 0;
    f.mm().tree.slots().forEach(slot -> f.vmas.add(slot.vma()));
  }

  private Program dupMmap(MmapLocking mmapLock, VmaLocking vmaLock) {
    boolean refcounted = variant.isRefcounted();
    return Program.named("dup_mmap")
        .probe("sys_clone", f -> f.machine().event(f, EventKind.SYS_ENTER_CLONE, 0, 0))
        .call(mmapLock.writeLock, Processes::same)
        .call(mmapLock.writeLock, Processes::child)
        .note(Processes::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .note(f -> f.vma = f.listed())
        .when(!variant.has(Mutant.B01), p -> p.call(vmaLock.startWrite(), Processes::same))
        .act("vm_area_dup", f -> {
          f.other = f.machine().allocateVma(f.otherMm(), f.vma().start, f.vma().end);
          f.other().prot = f.vma().prot;
          f.other().anonVma = f.vma().anonVma;
        })
        .probe("vm_area_dup_ret", f -> f.machine().event(f, EventKind.VM_AREA_DUP_RET, f.other, f.vma().address, 0))
        .call(vmaLock.startWrite(), Processes::child)
        .act("vma_iter_bulk_store", Processes::storeChild)
        .probe("ma_write", f -> f.machine().event(f, EventKind.MA_WRITE, f.other, f.vma().start, f.vma().last()))
        .when(refcounted, p -> p.call(vmaLock.markAttached(), Processes::child))
        .act("copy_page_range", f -> f.vma().copied = true)
        .act("copied", Processes::copyPages)
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .call(mmapLock.writeUnlock, Processes::child)
        .call(mmapLock.writeUnlock, Processes::same)
        .probe("sys_clone_ret", f -> f.machine().event(f, EventKind.SYS_EXIT_CLONE, CHILD, 0))
        .build();
  }

  private static void storeChild(Frame f) {
    f.machine().oracle.writes(f.task, f.otherMm());
    f.otherMm().tree = f.otherMm().tree.store(f.other().start, f.other().last(), f.other());
  }

  private static void copyPages(Frame f) {
    f.vma().copied = false;
    for (long at = f.vma().start; at < f.vma().end; at++) {
      if (f.mm().pages.containsKey(at)) {
        f.otherMm().pages.put(at, f.other());
      }
    }
  }

  /** exit_mmap(): the tree points at VMAs that are freed, and nobody can look. */
  private Program mmput(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named("mmput")
        .test("mm_users", f -> --f.mm().users > 0, "used")
        .call(mmapLock.readLock, Processes::same)
        .act("unmap_vmas", f -> f.mm().pages.clear())
        .call(mmapLock.readUnlock, Processes::same)
        .call(mmapLock.writeLock, Processes::same)
        .note(Processes::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .note(f -> f.vma = f.listed())
        .call(vmaLock.startWrite(), Processes::same)
        .call(vmaLock.markDetached(), Processes::same)
        .probe("vm_area_free", f -> f.machine().event(f, EventKind.VM_AREA_FREE, 0, 0))
        .act("kmem_cache_free", f -> f.machine().freeVma(f.vma()))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .probe("exit_mmap", f -> f.machine().event(f, EventKind.EXIT_MMAP_EVENT, 0, 0))
        .act("__mt_destroy", f -> f.mm().tree = MapleTree.EMPTY)
        .call(mmapLock.writeUnlock, Processes::same)
        .act("mmdrop", f -> drop(f))
        .label("used")
        .build();
  }

  private static void drop(Frame f) {
    drop(f, f.mm());
  }

  /** mmdrop(). */
  static void drop(Frame f, MmStruct mm) {
    if (--mm.count == 0) {
      f.machine().event(f, EventKind.KMEM_CACHE_FREE, null, mm.address, 0);
      f.machine().oracle.freesMm(mm);
    }
  }
}
