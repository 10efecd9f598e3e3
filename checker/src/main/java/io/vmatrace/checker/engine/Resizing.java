package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import java.util.List;
import java.util.Set;

/** Moves and grows VMAs: mm/mremap.c, mm/vma.c (docs/PROTOCOL.md, Operations). Without room it does nothing. */
final class Resizing {
  /** Moves what is at {@link Frame#first} to {@link Frame#last}. */
  final Program mremap;

  /** Extends the VMA that begins at {@link Frame#last} + 1 down to {@link Frame#first}: a stack that grows. */
  final Program expandDownwards;

  /** Extends the VMA that ends at {@link Frame#first} beyond {@link Frame#last}. */
  final Program brk;

  Resizing(MmapLocking mmapLock, VmaLocking vmaLock, Unmapping unmapping) {
    mremap = mremap(mmapLock, vmaLock, unmapping);
    expandDownwards = expandDownwards(mmapLock, vmaLock);
    brk = brk(mmapLock, vmaLock);
  }

  private static Program mremap(MmapLocking mmapLock, VmaLocking vmaLock, Unmapping unmapping) {
    return Program.named(ProgramId.MOVE_VMA)
        .call(mmapLock.writeLock, Frames::same)
        .note(f -> f.other = f.mm().tree.load(f.first))
        .on(f -> f.other == null || f.other().start != f.first || !isFree(f, f.last, f.last + f.other().last() - f.first), "unlock")
        .call(vmaLock.startWrite(), Frames::other)
        .act(StepId.VM_AREA_DUP, f -> {
          VmAreaStruct old = f.other();
          f.vma = f.machine().allocateVma(f.mm(), f.last, f.last + old.end - old.start);
          f.vma().prot = old.prot;
          f.vma().anonVma = old.anonVma;
        })
        .probe(StepId.VM_AREA_DUP_RET, f -> f.machine().event(f, VmaEvents.VM_AREA_DUP_RET, f.other().address, 0))
        .call(vmaLock.startWrite(), Frames::same)
        .call(vmaLock.markAttached(), Frames::same)
        .act(StepId.VMA_ITER_STORE, TreeStores::storeVma)
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.vma()))
        .act(StepId.MOVE_PAGE_TABLES, Resizing::movePages)
        .note(f -> {
          f.first = f.other().start;
          f.last = f.other().last();
        })
        .call(unmapping.gather, Frames::same)
        .note(Frames::list)
        .act(StepId.VMA_ITER_CLEAR_GFP, TreeStores::erase)
        .probe(StepId.MA_WRITE, TreeStores::erased)
        .call(unmapping.clear, Frames::sameList)
        .call(unmapping.complete, Frames::sameList)
        .label("unlock")
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }

  private static boolean isFree(Frame f, long first, long last) {
    MapleTree.Slot<VmAreaStruct> next = f.mm().tree.find(first);
    return next == null || next.first() > last;
  }

  private static void movePages(Frame f) {
    VmAreaStruct old = f.other();
    Set<Long> moved = f.mm().pages.subMap(old.start, old.end).keySet();
    List.copyOf(moved).forEach(at -> f.mm().pages.put(at - old.start + f.vma().start, f.vma()));
    moved.clear();
  }

  private static Program expandDownwards(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named(ProgramId.EXPAND_DOWNWARDS)
        .call(mmapLock.writeLock, Frames::same)
        .note(f -> f.vma = f.mm().tree.load(f.last + 1))
        .on(f -> f.vma == null || f.vma().start != f.last + 1 || !isFree(f, f.first, f.last), "unlock")
        .probe(StepId.EXPAND_DOWNWARDS, f -> f.machine().event(f, MunmapEvents.EXPAND_DOWNWARDS, f.first, 0))
        .call(vmaLock.startWrite(), Frames::same)
        .act(StepId.VM_START, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().start = f.first;
        })
        .act(StepId.VMA_ITER_STORE, TreeStores::storeVma)
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.vma()))
        .label("unlock")
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }

  private static Program brk(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named(ProgramId.DO_BRK_FLAGS)
        .call(mmapLock.writeLock, Frames::same)
        .note(f -> f.vma = f.mm().tree.load(f.first - 1))
        .on(f -> f.vma == null || f.vma().end != f.first || !isFree(f, f.first, f.last), "unlock")
        .call(vmaLock.startWrite(), Frames::same)
        .act(StepId.VM_END, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().end = f.last + 1;
        })
        .act(StepId.VMA_ITER_STORE, TreeStores::storeVma)
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.vma()))
        .label("unlock")
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }
}
