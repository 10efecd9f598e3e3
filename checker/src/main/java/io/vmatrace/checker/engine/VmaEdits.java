package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.parser.event.specs.VmaEvents;
import java.util.Set;

/**
 * What writers do to single VMAs in a section that is open: mm/vma.c. Operations take {@link Frame#mm} and a range from {@link Frame#first} to
 * {@link Frame#last}.
 */
public final class VmaEdits {
  private final VmaLocking vmaLock;
  public final Program split;
  public final Program commitMerge;

  /** Joins the VMAs on both sides of {@link Frame#first} where they are equal. */
  final Program merge;

  public final Program newVma;

  /** vma_shrink(): the VMA at {@link Frame#at} loses the range from {@link Frame#first} to {@link Frame#last}, at its begin or end. */
  public final Program shrink;

  VmaEdits(VmaLocking vmaLock) {
    this.vmaLock = vmaLock;
    split = split();
    newVma = newVma();
    shrink = shrink();
    commitMerge = commitMerge();
    merge = merge();
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
        .call(vmaLock.startWrite(), Frames::same)
        .call(vmaLock.startWrite(), Frames::other)
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, f.other().address, 0))
        .act(StepId.VM_START_VM_END, f -> {
          f.machine().oracle.changes(f.task, f.mm(), f.vma());
          f.vma().start = f.flag ? f.first : f.vma().start;
          f.vma().end = f.flag ? f.vma().end : f.first;
        })
        .probe(StepId.VMA_COMPLETE, f -> f.machine().event(f, VmaEvents.VMA_COMPLETE, f.other().address, 0))
        .call(vmaLock.markAttached(), Frames::other)
        .act(StepId.VMA_ITER_STORE, f -> TreeStores.store(f, f.other().start, f.other().last(), f.other()))
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.other()))
        .build();
  }

  /**
   * Splits at one address, where a VMA covers both sides of it: at the begin of a range so that the new VMA lies below, at its end
   * above it, so that the range inside keeps its VMA (mm/vma.c vms_gather_munmap_vmas(), vma_modify(), 6.12 to 7.3).
   */
  Program.Builder splitAt(Program.Builder p, String label, boolean behindLast) {
    return p.note(f -> {
          long at = behindLast ? f.last + 1 : f.first;
          f.vma = f.mm().tree.load(at);
          f.i = f.vma != null && f.vma().start < at ? 1 : 0;
        })
        .on(f -> f.i == 0, label)
        .call(split, (from, to) -> {
          Frames.same(from, to);
          to.first = behindLast ? from.last + 1 : from.first;
          to.flag = !behindLast;
        })
        .label(label);
  }

  /** __mmap_new_vma() (mm/vma.c, 6.13 to 7.3): {@link Frame#value} is the protection. */
  private Program newVma() {
    return Program.named(ProgramId.MMAP_NEW_VMA)
        .act(StepId.VM_AREA_ALLOC, f -> {
          f.vma = f.machine().allocateVma(f.mm(), f.first, f.last + 1);
          f.vma().prot = f.value;
        })
        .probe(StepId.VM_AREA_ALLOC_RET, f -> f.machine().event(f, VmaEvents.VM_AREA_ALLOC_RET, 0, 0))
        .call(vmaLock.startWrite(), Frames::same)
        .call(vmaLock.markAttached(), Frames::same)
        .act(StepId.VMA_ITER_STORE, TreeStores::storeVma)
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.vma()))
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
        .note(VmaEdits::listOverlapped)
        .on(f -> f.vma == null, "none")
        .call(vmaLock.startWrite(), Frames::same)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "locked")
        .call(vmaLock.startWrite(), Frames::listed)
        .note(f -> f.i++)
        .go("next")
        .label("locked")
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, 0, removed(f)))
        .act(StepId.VM_END, VmaEdits::extend)
        .act(StepId.VMA_ITER_STORE, TreeStores::storeVma)
        .probe(StepId.MA_WRITE, f -> TreeStores.stored(f, f.vma()))
        .probe(StepId.VMA_COMPLETE, f -> f.machine().event(f, VmaEvents.VMA_COMPLETE, 0, removed(f)))
        .note(f -> f.i = 0)
        .label("drop")
        .on(f -> f.i == f.vmas.size(), "none")
        .on(f -> !isIn(f.listed(), f.first, f.last), "kept")
        .call(vmaLock.markDetached(), Frames::listed)
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
        .call(vmaLock.startWrite(), Frames::same)
        .probe(StepId.VMA_PREPARE, f -> f.machine().event(f, VmaEvents.VMA_PREPARE, 0, 0))
        .act(StepId.VMA_ITER_CLEAR, TreeStores::erase)
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
    for (MapleTree.Slot<VmAreaStruct> slot : f.mm().tree.slots()) {
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
