package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;

/**
 * mmap() and mprotect(): mm/vma.c, mm/mmap.c, mm/mprotect.c (docs/PROTOCOL.md, Operations). Operations take {@link Frame#mm} and a range
 * from {@link Frame#first} to {@link Frame#last}.
 */
public final class Mapping {
  /** mmap(MAP_FIXED): replaces everything in the range; {@link Frame#value} is the protection. */
  final Program mmap;

  /** mmap(MAP_FIXED) in a section that is open. */
  public final Program map;

  /** {@link Frame#value} is the new protection; splits, and merges equal neighbours. */
  final Program mprotect;

  private final Variant variant;
  private final MmapLocking mmapLock;
  private final VmaLocking vmaLock;
  private final VmaEdits edits;
  private final Unmapping unmapping;

  Mapping(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock, VmaEdits edits, Unmapping unmapping) {
    this.variant = variant;
    this.mmapLock = mmapLock;
    this.vmaLock = vmaLock;
    this.edits = edits;
    this.unmapping = unmapping;
    map = replace(edits.newVma, Mapping::sameValue);
    mmap = mmap();
    mprotect = mprotect();
  }

  /** __mmap_region() in a section that is open: replaces everything in the range. */
  public Program replace(Program put, Program.Arguments arguments) {
    boolean hole = variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
    return Program.named(ProgramId.MMAP_REGION)
        .call(unmapping.gather, Frames::same)
        .note(Frames::list)
        .when(hole, p -> p.act(StepId.VMA_ITER_CLEAR_GFP, TreeStores::erase).probe(StepId.MA_WRITE, TreeStores::erased))
        .act(StepId.UNMAP_VMAS, Unmapping::zap)
        .call(put, arguments)
        .call(unmapping.clear, Frames::sameList)
        .on(f -> f.vmas.isEmpty(), "none")
        .call(unmapping.complete, Frames::sameList)
        .label("none")
        .build();
  }

  private static void sameValue(Frame from, Frame to) {
    Frames.same(from, to);
    to.value = from.value;
  }

  private Program mmap() {
    return Program.named(ProgramId.MMAP)
        .call(mmapLock.writeLock, Frames::same)
        .call(map, Mapping::sameValue)
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }

  private Program mprotect() {
    return Program.named(ProgramId.DO_MPROTECT_PKEY)
        .call(mmapLock.writeLock, Frames::same)
        .when(true, p -> edits.splitAt(p, "first_split", false))
        .when(true, p -> edits.splitAt(p, "last_split", true))
        .note(Frames::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "changed")
        .call(vmaLock.startWrite(), Frames::listed)
        .when(variant.has(Mutant.B08), p -> p.act(StepId.MM_DROP_ALL_LOCKS, f -> f.mm().lockSeq++))
        .act(StepId.VM_FLAGS_RESET, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.listed());
          f.listed().prot = f.value;
        })
        .note(f -> f.i++)
        .go("next")
        .label("changed")
        .call(edits.merge, Frames::same)
        .call(edits.merge, (from, to) -> {
          Frames.same(from, to);
          to.first = from.last + 1;
        })
        .call(mmapLock.writeUnlock, Frames::same)
        .build();
  }
}
