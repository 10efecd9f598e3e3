package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import java.util.Set;

/**
 * What writers do to the VMAs of an mm: mm/vma.c, mm/mmap.c, mm/mprotect.c, mm/mremap.c (docs/PROTOCOL.md, Operations). Operations
 * take {@link Frame#mm} and a range from {@link Frame#first} to {@link Frame#last}.
 */
public final class Mapping {
  /** mmap(MAP_FIXED): replaces everything in the range; {@link Frame#value} is the protection. */
  final Program mmap;

  final Program munmap;

  /** munmap whose store fails for lack of memory: the gathered VMAs are attached again (vms_abort_munmap_vmas()). */
  final Program munmapFails;

  /** {@link Frame#value} is the new protection; splits, and merges equal neighbours. */
  final Program mprotect;

  private final Variant variant;
  private final MmapLocking mmapLock;
  private final VmaLocking vmaLock;
  public final Program split;
  public final Program commitMerge;
  public final Program newVma;

  /** vma_shrink(): the VMA at {@link Frame#at} loses the range from {@link Frame#first} to {@link Frame#last}, at its begin or end. */
  public final Program shrink;

  /** mmap(MAP_FIXED) and munmap in a section that is open. */
  public final Program map;

  public final Program unmap;
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
    newVma = newVma();
    shrink = shrink();
    commitMerge = commitMerge();
    map = replace(newVma, Mapping::sameValue);
    unmap = unmap();
    munmap = munmap();
    munmapFails = munmapFails();
    mmap = mmap();
    mprotect = mprotect();
  }

  public static void same(Frame from, Frame to) {
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

  /** A store with its tracepoint, which shows only the range and the new entry. */
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

  /** The tracepoint of a clear shows the whole resulting gap, and a clear of just one VMA's range shows none (docs/PROTOCOL.md, What misleads). */
  private static void erased(Frame f, long first, long last, int slots) {
    long gapFirst = f.mm().tree.gapFirst(first);
    long gapLast = f.mm().tree.gapLast(last);
    if (slots > 1 || slots == 1 && (gapFirst < first || gapLast > last)) {
      f.machine().event(f, MapleTreeEvents.MA_WRITE, null, gapFirst, gapLast);
    }
  }

  static void stored(Frame f, VmAreaStruct vma) {
    f.machine().event(f, MapleTreeEvents.MA_WRITE, vma, vma.start, vma.last());
  }

  private boolean detachesLate() {
    return variant.detach() != Variant.Detach.LOCK_DETACH_STORE;
  }

  /** Whether VMAs are locked only after they left the tree. */
  private boolean locksLate() {
    return variant.detach() == Variant.Detach.STORE_LOCK_DETACH || variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
  }

  /**
   * __split_vma(): {@link Frame#vma} is split at {@link Frame#first}. If {@link Frame#flag} (new_below) is set the new VMA is the part
   * below, else the part above.
   */
  private Program split() {
    return Program.named(ProgramId.SPLIT_VMA)
        .probe(StepId.SPLIT_VMA, f -> f.machine().event(f, VmaEvents.SPLIT_VMA, f.first, 0))
        .act(StepId.VM_AREA_DUP, f -> {
          f.other = f.flag ? f.machine().allocateVma(f.mm(), f.vma().start, f.first) : f.machine().allocateVma(f.mm(), f.first, f.vma().end);
          f.other().prot = f.vma().prot;
          f.other().anonVma = f.vma().anonVma;
        })
        .probe(StepId.VM_AREA_DUP_RET, f -> f.machine().event(f, VmaEvents.VM_AREA_DUP_RET, f.other, f.vma().address, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.startWrite(), Mapping::other)
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, f.other().address, 0))
        .act(StepId.VM_START_VM_END, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().start = f.flag ? f.first : f.vma().start;
          f.vma().end = f.flag ? f.vma().end : f.first;
        })
        .probe(StepId.VMA_COMPLETE, f -> f.machine().event(f, VmaEvents.VMA_COMPLETE, f.other().address, 0))
        .call(vmaLock.markAttached(), Mapping::other)
        .act(StepId.VMA_ITER_STORE, f -> store(f, f.other().start, f.other().last(), f.other()))
        .probe(StepId.MA_WRITE, f -> stored(f, f.other()))
        .build();
  }

  /**
   * Splits at one address, where a VMA covers both sides of it: at the begin of a range so that the new VMA lies below, at its end
   * above it, so that the range inside keeps its VMA (mm/vma.c vms_gather_munmap_vmas(), vma_modify(), 6.12 to 7.3).
   */
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
          to.flag = !behindLast;
        })
        .label(label);
  }

  /** vms_gather_munmap_vmas(): splits at both ends, and locks and detaches the VMAs between, which stay in the tree. */
  private Program gather() {
    boolean locks = !locksLate() && !variant.has(Mutant.B10);
    boolean early = variant.has(Mutant.M13);
    return Program.named(ProgramId.VMS_GATHER_MUNMAP_VMAS)
        .probe(StepId.VMS_GATHER_MUNMAP_VMAS, f -> f.machine().event(f, MunmapEvents.VMS_GATHER_MUNMAP_VMAS, f.first, f.last))
        .when(true, p -> splitAt(p, "first_split", false))
        .when(true, p -> splitAt(p, "last_split", true))
        .note(Mapping::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(early, p -> p.call(vmaLock.markDetached(), Mapping::listed))
        .when(locks, p -> p.call(vmaLock.startWrite(), Mapping::listed))
        .when(!detachesLate() && !early && locks, p -> p.call(vmaLock.markDetached(), Mapping::listed))
        .when(variant.has(Mutant.M15), p -> p.act(StepId.MAS_STORE_GFP, f -> {
          f.mm().tree = f.mm().tree.store(f.listed().start, f.listed().last(), null);
        }).probe(StepId.MA_WRITE, f -> erased(f, f.listed().start, f.listed().last(), 1)))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .probe(StepId.VMS_GATHER_MUNMAP_VMAS_RET, f -> f.machine().event(f, MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, 0, 0))
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

  /** Locks and detaches what is not yet, once the range is out of the tree. */
  private Program clear() {
    return Program.named(ProgramId.VMS_CLEAR_PTES)
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
    return Program.named(ProgramId.VMS_COMPLETE_MUNMAP_VMAS)
        .probe(StepId.VMS_COMPLETE_MUNMAP_VMAS, f -> f.machine().event(f, MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS, f.first, f.last))
        .on(f -> !f.flag, "zap")
        .call(mmapLock.downgrade, Mapping::same)
        .label("zap")
        .when(!variant.has(Mutant.B10), p -> p.act(StepId.UNMAP_VMAS, Mapping::zap))
        .act(StepId.FREE_PGTABLES, f -> f.machine().oracle.freesPageTables(f.mm(), f.first, f.last))
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .probe(StepId.VM_AREA_FREE, f -> f.machine().event(f, VmaEvents.VM_AREA_FREE, f.listed(), 0, 0))
        .act(StepId.KMEM_CACHE_FREE, f -> f.machine().freeVma(f.listed()))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .build();
  }

  private static void zap(Frame f) {
    f.mm().pages.subMap(f.first, true, f.last, true).clear();
  }

  /** The same for a range of a section that is open; {@link Frame#flag} says whether the mmap_lock is downgraded. */
  private Program unmap() {
    boolean freesEarly = variant.has(Mutant.M14);
    return Program.named(ProgramId.DO_VMI_ALIGN_MUNMAP)
        .call(gather, Mapping::same)
        .note(Mapping::list)
        .when(freesEarly, p -> p.call(complete, Mapping::sameList))
        .when(variant.has(Mutant.B10), p -> p.act(StepId.UNMAP_VMAS, Mapping::zap))
        .act(StepId.VMA_ITER_CLEAR_GFP, Mapping::erase)
        .probe(StepId.MA_WRITE, Mapping::erased)
        .call(clear, Mapping::sameList)
        .when(freesEarly, p -> p.on(f -> !f.flag, "kept").call(mmapLock.downgrade, Mapping::same).label("kept"))
        .when(!freesEarly, p -> p.call(complete, (from, to) -> {
          sameList(from, to);
          to.flag = from.flag;
        }))
        .build();
  }

  private Program munmap() {
    return Program.named(ProgramId.MUNMAP)
        .call(mmapLock.writeLock, Mapping::same)
        .call(unmap, (from, to) -> {
          same(from, to);
          to.flag = true;
        })
        .call(mmapLock.readUnlock, Mapping::same)
        .build();
  }

  private Program munmapFails() {
    boolean reattaches = !detachesLate() && !variant.has(Mutant.B10) && !variant.has(Mutant.M16);
    return Program.named(ProgramId.VMS_ABORT_MUNMAP_VMAS)
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

  /** __mmap_new_vma() (mm/vma.c, 6.13 to 7.3): {@link Frame#value} is the protection. */
  private Program newVma() {
    return Program.named(ProgramId.MMAP_NEW_VMA)
        .act(StepId.VM_AREA_ALLOC, f -> {
          f.vma = f.machine().allocateVma(f.mm(), f.first, f.last + 1);
          f.vma().prot = f.value;
        })
        .probe(StepId.VM_AREA_ALLOC_RET, f -> f.machine().event(f, VmaEvents.VM_AREA_ALLOC_RET, 0, 0))
        .call(vmaLock.startWrite(), Mapping::same)
        .call(vmaLock.markAttached(), Mapping::same)
        .act(StepId.VMA_ITER_STORE, Mapping::storeVma)
        .probe(StepId.MA_WRITE, f -> stored(f, f.vma()))
        .build();
  }

  /** __mmap_region() in a section that is open: replaces everything in the range. */
  public Program replace(Program put, Program.Arguments arguments) {
    boolean hole = variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
    return Program.named(ProgramId.MMAP_REGION)
        .call(gather, Mapping::same)
        .note(Mapping::list)
        .when(hole, p -> p.act(StepId.VMA_ITER_CLEAR_GFP, Mapping::erase).probe(StepId.MA_WRITE, Mapping::erased))
        .act(StepId.UNMAP_VMAS, Mapping::zap)
        .call(put, arguments)
        .call(clear, Mapping::sameList)
        .on(f -> f.vmas.isEmpty(), "none")
        .call(complete, Mapping::sameList)
        .label("none")
        .build();
  }

  private static void sameValue(Frame from, Frame to) {
    same(from, to);
    to.value = from.value;
  }

  private Program mmap() {
    return Program.named(ProgramId.MMAP)
        .call(mmapLock.writeLock, Mapping::same)
        .call(map, Mapping::sameValue)
        .call(mmapLock.writeUnlock, Mapping::same)
        .build();
  }

  private Program mprotect() {
    Program merge = merge();
    return Program.named(ProgramId.DO_MPROTECT_PKEY)
        .call(mmapLock.writeLock, Mapping::same)
        .when(true, p -> splitAt(p, "first_split", false))
        .when(true, p -> splitAt(p, "last_split", true))
        .note(Mapping::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "changed")
        .call(vmaLock.startWrite(), Mapping::listed)
        .when(variant.has(Mutant.B08), p -> p.act(StepId.MM_DROP_ALL_LOCKS, f -> f.mm().lockSeq++))
        .act(StepId.VM_FLAGS_RESET, f -> {
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

  /** vma_merge_existing_range(), where the VMAs on both sides of {@link Frame#first} are equal: the left one takes the right one's range. */
  private Program merge() {
    return Program.named(ProgramId.VMA_MERGE_EXISTING_RANGE)
        .note(f -> {
          f.vma = f.mm().tree.load(f.first - 1);
          f.other = f.mm().tree.load(f.first);
        })
        .on(f -> f.vma == null || f.other == null || f.vma == f.other, "none")
        .on(f -> f.vma().end != f.other().start || f.vma().prot != f.other().prot, "none")
        .call(commitMerge, (from, to) -> {
          to.mm = from.mm;
          to.at = from.vma().start;
          to.first = from.vma().start;
          to.last = from.other().last();
        })
        .label("none")
        .build();
  }

  /**
   * commit_merge() (mm/vma.c, 6.13 to 7.3) with the write locks before it: the VMA at {@link Frame#at} takes the range from
   * {@link Frame#first} to {@link Frame#last} too. Other VMAs in it are removed, or shrink if they reach beyond it; those of {@link Frame#vmas} are
   * gathered already.
   */
  private Program commitMerge() {
    return Program.named(ProgramId.COMMIT_MERGE)
        .note(Mapping::listOverlapped)
        .on(f -> f.vma == null, "none")
        .call(vmaLock.startWrite(), Mapping::same)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "locked")
        .call(vmaLock.startWrite(), Mapping::listed)
        .note(f -> f.i++)
        .go("next")
        .label("locked")
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, 0, removed(f)))
        .act(StepId.VM_END, Mapping::extend)
        .act(StepId.VMA_ITER_STORE, Mapping::storeVma)
        .probe(StepId.MA_WRITE, f -> stored(f, f.vma()))
        .probe(StepId.VMA_COMPLETE, f -> f.machine().event(f, VmaEvents.VMA_COMPLETE, 0, removed(f)))
        .note(f -> f.i = 0)
        .label("drop")
        .on(f -> f.i == f.vmas.size(), "none")
        .on(f -> !isIn(f.listed(), f.first, f.last), "kept")
        .call(vmaLock.markDetached(), Mapping::listed)
        .probe(StepId.VM_AREA_FREE, f -> f.machine().event(f, VmaEvents.VM_AREA_FREE, f.listed(), 0, 0))
        .act(StepId.KMEM_CACHE_FREE, f -> f.machine().freeVma(f.listed()))
        .label("kept")
        .note(f -> f.i++)
        .go("drop")
        .label("none")
        .build();
  }

  private Program shrink() {
    return Program.named(ProgramId.VMA_SHRINK)
        .note(f -> f.vma = f.mm().tree.load(f.at))
        .on(f -> f.vma == null || !f.vma().covers(f.first) || !f.vma().covers(f.last) || isIn(f.vma(), f.first, f.last), "none")
        .call(vmaLock.startWrite(), Mapping::same)
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, 0, 0))
        .act(StepId.VMA_ITER_CLEAR, Mapping::erase)
        .act(StepId.VM_START_VM_END, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          boolean below = f.first == f.vma().start;
          f.vma().start = below ? f.last + 1 : f.vma().start;
          f.vma().end = below ? f.vma().end : f.first;
        })
        .probe(StepId.VMA_COMPLETE, f -> f.machine().event(f, VmaEvents.VMA_COMPLETE, 0, 0))
        .label("none")
        .build();
  }

  private static void listOverlapped(Frame f) {
    Set<VmAreaStruct> gathered = Set.copyOf(f.vmas);
    f.vma = f.mm().tree.load(f.at);
    f.vmas.clear();
    if (f.vma != null) {
      f.first = Math.min(f.first, f.vma.start);
      f.last = Math.max(f.last, f.vma.last());
    }
    for (MapleTree.Slot slot : f.mm().tree.slots()) {
      if (slot.last() >= f.first && slot.first() <= f.last && slot.vma() != f.vma && !gathered.contains(slot.vma())) {
        f.vmas.add(slot.vma());
      }
    }
  }

  private static boolean isIn(VmAreaStruct vma, long first, long last) {
    return vma.start >= first && vma.last() <= last;
  }

  private static long removed(Frame f) {
    return f.vmas.stream().filter(vma -> isIn(vma, f.first, f.last)).mapToLong(vma -> vma.address).findFirst().orElse(0);
  }

  private static void extend(Frame f) {
    f.machine().oracle.changes(f.task, f.mm(), f.vma());
    f.vma().start = f.first;
    f.vma().end = f.last + 1;
    for (VmAreaStruct vma : f.vmas) {
      f.vma().anonVma |= vma.anonVma;
      if (!isIn(vma, f.first, f.last)) {
        f.machine().oracle.changes(f.task, f.mm(), vma);
        vma.start = vma.start < f.first ? vma.start : f.last + 1;
        vma.end = vma.start < f.first ? f.first : vma.end;
      }
    }
  }
}
