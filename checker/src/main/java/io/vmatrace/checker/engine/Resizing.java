package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;
import java.util.List;
import java.util.Set;

/** What moves a VMA or lets it grow: mm/mremap.c, mm/vma.c (docs/PROTOCOL.md, Operations). Where there is no room nothing is done. */
final class Resizing {
  /** Moves what is at {@link Frame#first} to {@link Frame#last}. */
  final Program mremap;

  /** Lets the VMA that begins at {@link Frame#last} + 1 begin at {@link Frame#first}: a stack that grows. */
  final Program expandDownwards;

  /** Lets the VMA that ends at {@link Frame#first} end behind {@link Frame#last}. */
  final Program brk;

  Resizing(MmapLocking mmapLock, VmaLocking vmaLock, Mapping mapping) {
    mremap = mremap(mmapLock, vmaLock, mapping);
    expandDownwards = expandDownwards(mmapLock, vmaLock);
    brk = brk(mmapLock, vmaLock);
  }

  private static Program mremap(MmapLocking mmapLock, VmaLocking vmaLock, Mapping mapping) {
    return Program.named("move_vma")
        .call(mmapLock.writeLock, Mapping::same)
        .note(f -> f.other = f.mm().tree.load(f.first))
        .on(f -> f.other == null || f.other().start != f.first || !isFree(f, f.last, f.last + f.other().last() - f.first), "unlock")
        .call(vmaLock.startWrite(), Mapping::other)
        .act("vm_area_dup", f -> {
          VmAreaStruct old = f.other();
          f.vma = f.machine().allocateVma(f.mm(), f.last, f.last + old.end - old.start);
          f.vma().prot = old.prot;
          f.vma().anonVma = old.anonVma;
        })
        .probe("vm_area_dup_ret", f -> f.machine().event(f, EventKind.VM_AREA_DUP_RET, f.other().address, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.markAttached(), Mapping::same)
        .act("vma_iter_store", Mapping::storeVma)
        .probe("ma_write", f -> Mapping.stored(f, f.vma()))
        .act("move_page_tables", Resizing::movePages)
        .note(f -> {
          f.first = f.other().start;
          f.last = f.other().last();
        })
        .call(mapping.gather, Mapping::same)
        .note(Mapping::list)
        .act("vma_iter_clear_gfp", Mapping::erase)
        .probe("ma_write", Mapping::erased)
        .call(mapping.clear, Mapping::sameList)
        .call(mapping.complete, Mapping::sameList)
        .label("unlock")
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  private static boolean isFree(Frame f, long first, long last) {
    MapleTree.Slot next = f.mm().tree.find(first);
    return next == null || next.first() > last;
  }

  private static void movePages(Frame f) {
    VmAreaStruct old = f.other();
    Set<Long> moved = f.mm().pages.subMap(old.start, old.end).keySet();
    List.copyOf(moved).forEach(at -> f.mm().pages.put(at - old.start + f.vma().start, f.vma()));
    moved.clear();
  }

  private static Program expandDownwards(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named("expand_downwards")
        .call(mmapLock.writeLock, Mapping::same)
        .note(f -> f.vma = f.mm().tree.load(f.last + 1))
        .on(f -> f.vma == null || f.vma().start != f.last + 1 || !isFree(f, f.first, f.last), "unlock")
        .probe("expand_downwards", f -> f.machine().event(f, EventKind.EXPAND_DOWNWARDS, f.first, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .act("vm_start", f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().start = f.first;
        })
        .act("vma_iter_store", Mapping::storeVma)
        .probe("ma_write", f -> Mapping.stored(f, f.vma()))
        .label("unlock")
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  private static Program brk(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named("do_brk_flags")
        .call(mmapLock.writeLock, Mapping::same)
        .note(f -> f.vma = f.mm().tree.load(f.first - 1))
        .on(f -> f.vma == null || f.vma().end != f.first || !isFree(f, f.first, f.last), "unlock")
        .call(vmaLock.startWrite(), Mapping::same)
        .act("vm_end", f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().end = f.last + 1;
        })
        .act("vma_iter_store", Mapping::storeVma)
        .probe("ma_write", f -> Mapping.stored(f, f.vma()))
        .label("unlock")
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }
}
