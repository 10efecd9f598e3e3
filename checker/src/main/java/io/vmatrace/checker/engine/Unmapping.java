package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.VmaEvents;

/**
 * How ranges are unmapped: mm/vma.c (docs/PROTOCOL.md, Operations). Operations take {@link Frame#mm} and a range from {@link Frame#first}
 * to {@link Frame#last}.
 */
public final class Unmapping {
  final Program munmap;

  /** munmap whose store fails for lack of memory: the gathered VMAs are attached again (vms_abort_munmap_vmas()). */
  final Program munmapFails;

  /** munmap in a section that is open. */
  public final Program unmap;

  final Program gather;
  final Program clear;
  final Program complete;
  private final Variant variant;
  private final MmapLocking mmapLock;
  private final VmaLocking vmaLock;
  private final VmaEdits edits;

  Unmapping(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock, VmaEdits edits) {
    this.variant = variant;
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.edits = edits;
    gather = gather();
    clear = clear();
    complete = complete();
    unmap = unmap();
    munmap = munmap();
    munmapFails = munmapFails();
  }

  private boolean detachesLate() {
    return variant.detach() != Variant.Detach.LOCK_DETACH_STORE;
  }

  /** Whether VMAs are locked only after they left the tree. */
  private boolean locksLate() {
    return variant.detach() == Variant.Detach.STORE_LOCK_DETACH || variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
  }

  /** vms_gather_munmap_vmas(): splits at both ends, and locks and detaches the VMAs between, which stay in the tree. */
  private Program gather() {
    boolean locks = !locksLate() && !variant.has(Mutant.B10);
    boolean early = variant.has(Mutant.M13);
    return Program.named(ProgramId.VMS_GATHER_MUNMAP_VMAS)
        .probe(StepId.VMS_GATHER_MUNMAP_VMAS, f -> f.machine().event(f, MunmapEvents.VMS_GATHER_MUNMAP_VMAS, f.first, f.last))
        .when(true, p -> edits.splitAt(p, "first_split", false))
        .when(true, p -> edits.splitAt(p, "last_split", true))
        .note(Frames::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(early, p -> p.call(vmaLock.markDetached(), Frames::listed))
        .when(locks, p -> p.call(vmaLock.startWrite(), Frames::listed))
        .when(!detachesLate() && !early && locks, p -> p.call(vmaLock.markDetached(), Frames::listed))
        .when(variant.has(Mutant.M15), p -> p.act(StepId.MAS_STORE_GFP, f -> {
          f.mm().tree = f.mm().tree.store(f.listed().start, f.listed().last(), null);
        }).probe(StepId.MA_WRITE, f -> TreeStores.erased(f, f.listed().start, f.listed().last(), 1)))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .probe(StepId.VMS_GATHER_MUNMAP_VMAS_RET, f -> f.machine().event(f, MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, 0, 0))
        .build();
  }

  /** Locks and detaches what is not yet, once the range is out of the tree. */
  private Program clear() {
    return Program.named(ProgramId.VMS_CLEAR_PTES)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(locksLate() || variant.has(Mutant.B10), p -> p.call(vmaLock.startWrite(), Frames::listed))
        .when(detachesLate() || variant.has(Mutant.B10), p -> p.call(vmaLock.markDetached(), Frames::listed))
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
        .call(mmapLock.downgrade, Frames::same)
        .label("zap")
        .when(!variant.has(Mutant.B10), p -> p.act(StepId.UNMAP_VMAS, Unmapping::zap))
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

  static void zap(Frame f) {
    f.mm().pages.subMap(f.first, true, f.last, true).clear();
  }

  /** The same for a range of a section that is open; {@link Frame#flag} says whether the mmap_lock is downgraded. */
  private Program unmap() {
    boolean freesEarly = variant.has(Mutant.M14);
    return Program.named(ProgramId.DO_VMI_ALIGN_MUNMAP)
        .call(gather, Frames::same)
        .note(Frames::list)
        .when(freesEarly, p -> p.call(complete, Frames::sameList))
        .when(variant.has(Mutant.B10), p -> p.act(StepId.UNMAP_VMAS, Unmapping::zap))
        .act(StepId.VMA_ITER_CLEAR_GFP, TreeStores::erase)
        .probe(StepId.MA_WRITE, TreeStores::erased)
        .call(clear, Frames::sameList)
        .when(freesEarly, p -> p.on(f -> !f.flag, "kept").call(mmapLock.downgrade, Frames::same).label("kept"))
        .when(!freesEarly, p -> p.call(complete, (from, to) -> {
          Frames.sameList(from, to);
          to.flag = from.flag;
        }))
        .build();
  }

  private Program munmap() {
    return Program.named(ProgramId.MUNMAP)
        .call(mmapLock.writeLock, Frames::same)
        .call(unmap, (from, to) -> {
          Frames.same(from, to);
          to.flag = true;
        })
        .call(mmapLock.readUnlock, Frames::same)
        .build();
  }

  private Program munmapFails() {
    boolean reattaches = !detachesLate() && !variant.has(Mutant.B10) && !variant.has(Mutant.M16);
    return Program.named(ProgramId.VMS_ABORT_MUNMAP_VMAS)
        .call(mmapLock.writeLock, Frames::same)
        .call(gather, Frames::same)
        .note(Frames::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .when(reattaches, p -> p.call(vmaLock.markAttached(), Frames::listed))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }
}
