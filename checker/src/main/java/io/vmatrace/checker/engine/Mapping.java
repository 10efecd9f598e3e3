package io.vmatrace.checker.engine;

import io.vmatrace.parser.event.EventKind;

/**
 * What writers do to the VMAs of an mm: mm/vma.c, mm/mmap.c, mm/mprotect.c, mm/mremap.c (protocol.md 1.11). Operations take
 * {@link Frame#mm} and a range from {@link Frame#first} to {@link Frame#last}.
 */
final class Mapping {
  /** mmap(MAP_FIXED): what is in the range goes; {@link Frame#value} is the protection. */
  final Program mmap;

  final Program munmap;

  /** munmap whose store finds no memory: what was gathered is attached again (vms_abort_munmap_vmas()). */
  final Program munmapFails;

  /** {@link Frame#value} is the new protection; splits, and merges what is alike then. */
  final Program mprotect;

  private final Variant variant;
  private final MmapLocking mmapLock;
  private final VmaLocking vmaLock;
  private final Program split;
  final Program gather;
  final Program clear;
  final Program complete;

  Mapping(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock) {
    this.variant = variant;
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    split = split();
    gather = gather();
    clear = clear();
    complete = complete();
    munmap = munmap();
    munmapFails = munmapFails();
    mmap = mmap();
    mprotect = mprotect();
  }

  static void same(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.vma;
    to.first = from.first;
    to.last = from.last;
  }

  private static void listed(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.listed();
  }

  static void other(Frame from, Frame to) {
    to.mm = from.mm;
    to.vma = from.other;
  }

  /** A store with its tracepoint, which tells no more than the range and what is there now. */
  private static void store(Frame f, long first, long last, VmAreaStruct vma) {
    f.machine().oracle.writes(f.task, f.mm());
    f.mm().tree = f.mm().tree.store(first, last, vma);
  }

  static void storeVma(Frame f) {
    store(f, f.vma().start, f.vma().last(), f.vma());
  }

  static void erase(Frame f) {
    f.machine().oracle.writes(f.task, f.mm());
    f.mm().tree = f.mm().tree.store(f.first, f.last, null);
  }

  static void erased(Frame f) {
    erased(f, f.first, f.last, f.vmas.size());
  }

  /** A clear has the whole gap that comes of it in its tracepoint, and none when it takes just one VMA's place (protocol.md 3.2). */
  private static void erased(Frame f, long first, long last, int slots) {
    long gapFirst = f.mm().tree.gapFirst(first);
    long gapLast = f.mm().tree.gapLast(last);
    if (slots > 1 || slots == 1 && (gapFirst < first || gapLast > last)) {
      f.machine().event(f, EventKind.MA_WRITE, null, gapFirst, gapLast);
    }
  }

  static void stored(Frame f, VmAreaStruct vma) {
    f.machine().event(f, EventKind.MA_WRITE, vma, vma.start, vma.last());
  }

  private boolean detachesLate() {
    return variant.detach() != Variant.Detach.LOCK_DETACH_STORE;
  }

  /** Whether VMAs are locked only when they are out of the tree. */
  private boolean locksLate() {
    return variant.detach() == Variant.Detach.STORE_LOCK_DETACH || variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
  }

  /** __split_vma(): {@link Frame#vma} ends at {@link Frame#first} afterwards, and a new one begins there. */
  private Program split() {
    return Program.named("__split_vma")
        .probe("__split_vma", f -> f.machine().event(f, EventKind.SPLIT_VMA, f.first, 0))
        .act("vm_area_dup", f -> {
          f.other = f.machine().allocateVma(f.mm(), f.first, f.vma().end);
          f.other().prot = f.vma().prot;
          f.other().anonVma = f.vma().anonVma;
        })
        .probe("vm_area_dup_ret", f -> f.machine().event(f, EventKind.VM_AREA_DUP_RET, f.other, f.vma().address, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.startWrite(), Mapping::other)
        .probe("vma_prepare", f -> f.machine().event(f, EventKind.VMA_PREPARE, f.other().address, 0))
        .act("vm_end", f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().end = f.first;
        })
        .probe("vma_complete", f -> f.machine().event(f, EventKind.VMA_COMPLETE, f.other().address, 0))
        .call(vmaLock.markAttached(), Mapping::other)
        .act("vma_iter_store", f -> store(f, f.other().start, f.other().last(), f.other()))
        .probe("ma_write", f -> stored(f, f.other()))
        .build();
  }

  /** Splits at one address, where a VMA covers both sides of it. */
  private Program.Builder splitAt(Program.Builder p, String label, boolean behindLast) {
    return p.note(f -> {
          long at = behindLast ? f.last + 1 : f.first;
          f.vma = f.mm().tree.load(at);
          f.i = f.vma != null && f.vma().start < at ? 1 : 0;
        })
        .on(f -> f.i == 0, label)
        .call(split, (from, to) -> {
          same(from, to);
          to.first = behindLast ? from.last + 1 : from.first;
        })
        .label(label);
  }

  /** vms_gather_munmap_vmas(): splits at both ends, and locks and detaches what is between, all of it still in the tree. */
  private Program gather() {
    boolean locks = !locksLate() && !variant.has(Mutant.B10);
    boolean early = variant.has(Mutant.M13);
    return Program.named("vms_gather_munmap_vmas")
        .probe("vms_gather_munmap_vmas", f -> f.machine().event(f, EventKind.VMS_GATHER_MUNMAP_VMAS, f.first, f.last))
        .when(true, p -> splitAt(p, "first_split", false))
        .when(true, p -> splitAt(p, "last_split", true))
        .note(Mapping::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(early, p -> p.call(vmaLock.markDetached(), Mapping::listed))
        .when(locks, p -> p.call(vmaLock.startWrite(), Mapping::listed))
        .when(!detachesLate() && !early && locks, p -> p.call(vmaLock.markDetached(), Mapping::listed))
        .when(variant.has(Mutant.M15), p -> p.act("mas_store_gfp", f -> {
          f.mm().tree = f.mm().tree.store(f.listed().start, f.listed().last(), null);
        }).probe("ma_write", f -> erased(f, f.listed().start, f.listed().last(), 1)))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .probe("vms_gather_munmap_vmas_ret", f -> f.machine().event(f, EventKind.VMS_GATHER_MUNMAP_VMAS_RET, 0, 0))
        .build();
  }

  static void list(Frame f) {
    f.vmas.clear();
    f.i = 0;
    for (MapleTree.Slot slot : f.mm().tree.slots()) {
      if (slot.first() >= f.first && slot.last() <= f.last) {
        f.vmas.add(slot.vma());
      }
    }
  }

  static void sameList(Frame from, Frame to) {
    same(from, to);
    to.vmas.addAll(from.vmas);
  }

  /** What is left to be locked and detached once the range is out of the tree. */
  private Program clear() {
    return Program.named("vms_clear_ptes")
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(locksLate() || variant.has(Mutant.B10), p -> p.call(vmaLock.startWrite(), Mapping::listed))
        .when(detachesLate() || variant.has(Mutant.B10), p -> p.call(vmaLock.markDetached(), Mapping::listed))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .build();
  }

  /** vms_complete_munmap_vmas(): downgrades the mmap_lock where {@link Frame#flag} says so, zaps, frees page tables, frees the VMAs. */
  private Program complete() {
    return Program.named("vms_complete_munmap_vmas")
        .probe("vms_complete_munmap_vmas", f -> f.machine().event(f, EventKind.VMS_COMPLETE_MUNMAP_VMAS, f.first, f.last))
        .on(f -> !f.flag, "zap")
        .call(mmapLock.downgrade, Mapping::same)
        .label("zap")
        .when(!variant.has(Mutant.B10), p -> p.act("unmap_vmas", Mapping::zap))
        .act("free_pgtables", f -> f.machine().oracle.freesPageTables(f.mm(), f.first, f.last))
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .probe("vm_area_free", f -> f.machine().event(f, EventKind.VM_AREA_FREE, f.listed(), 0, 0))
        .act("kmem_cache_free", f -> f.machine().freeVma(f.listed()))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .build();
  }

  private static void zap(Frame f) {
    f.mm().pages.keySet().removeIf(at -> at >= f.first && at <= f.last);
  }

  private Program munmap() {
    boolean freesEarly = variant.has(Mutant.M14);
    return Program.named("do_vmi_align_munmap")
        .call(mmapLock.writeLock, Mapping::same)
        .call(gather, Mapping::same)
        .note(Mapping::list)
        .when(freesEarly, p -> p.call(complete, Mapping::sameList))
        .when(variant.has(Mutant.B10), p -> p.act("unmap_vmas", Mapping::zap))
        .act("vma_iter_clear_gfp", Mapping::erase)
        .probe("ma_write", Mapping::erased)
        .call(clear, Mapping::sameList)
        .when(freesEarly, p -> p.call(mmapLock.downgrade, Mapping::same))
        .when(!freesEarly, p -> p.call(complete, (from, to) -> {
          sameList(from, to);
          to.flag = true;
        }))
        .call(mmapLock.readUnlock, Mapping::same)
        .build();
  }

  private Program munmapFails() {
    boolean reattaches = !detachesLate() && !variant.has(Mutant.B10) && !variant.has(Mutant.M16);
    return Program.named("vms_abort_munmap_vmas")
        .call(mmapLock.writeLock, Mapping::same)
        .call(gather, Mapping::same)
        .note(Mapping::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(reattaches, p -> p.call(vmaLock.markAttached(), Mapping::listed))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  private Program mmap() {
    boolean hole = variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
    return Program.named("__mmap_region")
        .call(mmapLock.writeLock, Mapping::same)
        .call(gather, Mapping::same)
        .note(Mapping::list)
        .when(hole, p -> p.act("vma_iter_clear_gfp", Mapping::erase).probe("ma_write", Mapping::erased))
        .act("unmap_vmas", Mapping::zap)
        .act("vm_area_alloc", f -> {
          f.vma = f.machine().allocateVma(f.mm(), f.first, f.last + 1);
          f.vma().prot = f.value;
        })
        .probe("vm_area_alloc_ret", f -> f.machine().event(f, EventKind.VM_AREA_ALLOC_RET, 0, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.markAttached(), Mapping::same)
        .act("vma_iter_store", Mapping::storeVma)
        .probe("ma_write", f -> stored(f, f.vma()))
        .call(clear, Mapping::sameList)
        .on(f -> f.vmas.isEmpty(), "unlock")
        .call(complete, Mapping::sameList)
        .label("unlock")
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  private Program mprotect() {
    Program merge = merge();
    return Program.named("do_mprotect_pkey")
        .call(mmapLock.writeLock, Mapping::same)
        .when(true, p -> splitAt(p, "first_split", false))
        .when(true, p -> splitAt(p, "last_split", true))
        .note(Mapping::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "changed")
        .call(vmaLock.startWrite(), Mapping::listed)
        .when(variant.has(Mutant.B08), p -> p.act("mm_drop_all_locks", f -> f.mm().lockSeq++))
        .act("vm_flags_reset", f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.listed());
          f.listed().prot = f.value;
        })
        .note(f -> f.i++)
        .go("next")
        .label("changed")
        .call(merge, Mapping::same)
        .call(merge, (from, to) -> {
          same(from, to);
          to.first = from.last + 1;
        })
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  /** vma_merge_existing_range(), where the VMAs on both sides of {@link Frame#first} are alike: the left one takes the right one's range. */
  private Program merge() {
    return Program.named("vma_merge_existing_range")
        .note(f -> {
          f.vma = f.mm().tree.load(f.first - 1);
          f.other = f.mm().tree.load(f.first);
        })
        .on(f -> f.vma == null || f.other == null || f.vma == f.other, "none")
        .on(f -> f.vma().end != f.other().start || f.vma().prot != f.other().prot, "none")
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.startWrite(), Mapping::other)
        .probe("vma_prepare", f -> f.machine().event(f, EventKind.VMA_PREPARE, 0, f.other().address))
        .act("vm_end", f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().end = f.other().end;
          f.vma().anonVma |= f.other().anonVma;
        })
        .act("vma_iter_store", Mapping::storeVma)
        .probe("ma_write", f -> stored(f, f.vma()))
        .probe("vma_complete", f -> f.machine().event(f, EventKind.VMA_COMPLETE, 0, f.other().address))
        .call(vmaLock.markDetached(), Mapping::other)
        .probe("vm_area_free", f -> f.machine().event(f, EventKind.VM_AREA_FREE, f.other, 0, 0))
        .act("kmem_cache_free", f -> f.machine().freeVma(f.other()))
        .label("none")
        .build();
  }
}
