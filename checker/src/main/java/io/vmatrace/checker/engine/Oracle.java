package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What must hold whatever the schedule is (docs/PROTOCOL.md, Rules). It sees everything, and keeps the first broken invariant. */
public final class Oracle {
  private final Machine machine;
  private @Nullable BrokenInvariant broken;

  Oracle(Machine machine) {
    this.machine = machine;
  }

  /** The first broken invariant, or null. */
  public @Nullable BrokenInvariant broken() {
    return broken;
  }

  public void demand(boolean held, String rule, Supplier<String> what) {
    if (!held && broken == null) {
      broken = new BrokenInvariant(rule, what.get());
    }
  }

  /** A reader has a VMA's read lock and reads it, or installs a page for it. */
  void reads(TaskStruct task, MmStruct mm, VmAreaStruct vma, long address) {
    demand(vma.allocated, "R60", () -> "%d reads %s, which was freed".formatted(task.pid(), vma));
    demand(vma.mm == mm, "R16", () -> "%d reads %s, which is another mm's".formatted(task.pid(), vma));
    demand(isAttached(vma), "R15", () -> "%d reads %s, which is detached".formatted(task.pid(), vma));
    demand(vma.covers(address), "R17", () -> "%d reads %s at 0x%x".formatted(task.pid(), vma, address));
    demand(!isWriteLocked(vma), "R32", () -> "%d reads %s, which is write-locked".formatted(task.pid(), vma));
    demand(!vma.copied, "R72", () -> "%d faults in %s, which fork is copying".formatted(task.pid(), vma));
    if (machine.variant.isRefcounted() && machine.variant.detach() != Variant.Detach.STOP_READERS) {
      demand((vma.refcnt & ~VmAreaStruct.EXCLUDE_READERS) >= 1, "R07", () -> "%d reads %s without a reference".formatted(task.pid(), vma));
    }
  }

  /** A fault under the mmap_lock. */
  void readsLocked(TaskStruct task, MmStruct mm, VmAreaStruct vma) {
    demand(mm.mmapLock.isHeldBy(task), "R40", () -> "%d uses %s without the mmap_lock".formatted(task.pid(), vma));
    demand(vma.allocated && vma.mm == mm, "R60", () -> "%d uses %s, which was freed".formatted(task.pid(), vma));
  }

  private boolean isAttached(VmAreaStruct vma) {
    return machine.variant.isRefcounted() ? (vma.refcnt & ~VmAreaStruct.EXCLUDE_READERS) != 0 : !vma.detached;
  }

  boolean isWriteLocked(VmAreaStruct vma) {
    MmStruct mm = vma.mm;
    return mm != null && mm.mmapLock.writer() != null && vma.lockSeq == mm.lockSeq;
  }

  /** A change that needs the mmap_lock held for writing. */
  void writes(TaskStruct task, MmStruct mm) {
    demand(mm.mmapLock.writer() == task, "R47", () -> "%d changes an mm without its mmap_lock".formatted(task.pid()));
  }

  /** A change of a VMA's field that readers read. */
  void changes(TaskStruct task, MmStruct mm, VmAreaStruct vma) {
    writes(task, mm);
    boolean locks = machine.variant.generation() != Generation.MMAP_LOCK && machine.variant.detach() != Variant.Detach.STOP_READERS;
    demand(!locks || isWriteLocked(vma), "R37", () -> "%d changes %s, which is not write-locked".formatted(task.pid(), vma));
  }

  void refcnt(VmAreaStruct vma) {
    demand(vma.refcnt >= 0, "R01", () -> "%s is out of range".formatted(vma));
    boolean excludes = (vma.refcnt & VmAreaStruct.EXCLUDE_READERS) != 0;
    demand(!excludes || vma.excluder != null, "R02", () -> "%s has the flag, and nobody set it".formatted(vma));
  }

  void excludes(TaskStruct task, VmAreaStruct vma) {
    demand(vma.excluder == null, "R02", () -> "%d sets the flag of %s a second time".formatted(task.pid(), vma));
    vma.excluder = task;
    refcnt(vma);
  }

  void frees(VmAreaStruct vma) {
    MmStruct mm = vma.mm;
    demand(vma.allocated, "R61", () -> "%s is freed twice".formatted(vma));
    demand(vma.refcnt == 0, "R60", () -> "%s is freed with references".formatted(vma));
    demand(machine.tasks().stream().noneMatch(task -> task.readLocked.contains(vma)), "R60", () -> "%s is freed under a reader".formatted(vma));
    boolean inTree = mm != null && mm.users > 0 && !mm.unstable && mm.tree.slots().stream().anyMatch(slot -> slot.vma() == vma);
    demand(!inTree, "R55", () -> "%s is freed and still in the tree".formatted(vma));
  }

  void isUsed(MmStruct mm, String how) {
    demand(!mm.freed, "R34", () -> "mm 0x%x was freed and is %s".formatted(mm.address, how));
  }

  void freesMm(MmStruct mm) {
    mm.freed = true;
    demand(mm.writerWait == null, "R34", () -> "mm 0x%x is freed under a writer that waits".formatted(mm.address));
  }

  /** Page tables are freed: nobody may have installed pages in them again. */
  void freesPageTables(MmStruct mm, long first, long last) {
    demand(mm.pages.subMap(first, true, last, true).isEmpty(), "R66", () -> "a page came into page tables from 0x%x to 0x%x, which are freed".formatted(first, last));
  }

  /** A walk that was at an address found the next VMA at another. */
  void sees(MmStruct mm, long from, long next) {
    boolean gap = Math.max(from, mm.alwaysFrom) <= Math.min(next - 1, mm.alwaysTo);
    demand(!gap, "gap", () -> "a walk found nothing from 0x%x to 0x%x, which is always mapped".formatted(from, next));
  }

  /** A write section ends: every VMA in the tree is attached, and no reader is excluded any more. */
  void sectionEnds(MmStruct mm) {
    for (MapleTree.Slot<VmAreaStruct> slot : mm.tree.slots()) {
      VmAreaStruct vma = slot.vma();
      demand(vma.allocated && vma.mm == mm, "R50", () -> "%s is in the tree of mm 0x%x and not its".formatted(vma, mm.address));
      demand(isAttached(vma) || machine.variant.detach() == Variant.Detach.STOP_READERS, "R51", () -> "%s is in the tree and detached".formatted(vma));
      demand(slot.first() == vma.start && slot.last() == vma.last(), "R49", () -> "%s is at [0x%x, 0x%x] of the tree".formatted(vma, slot.first(), slot.last()));
      demand(vma.excluder == null, "R08", () -> "%s shuts readers out for ever".formatted(vma));
    }
    demand(!machine.variant.seqIsSeqcount() || (mm.lockSeq & 1) == 0, "R12", () -> "mm_lock_seq %d is odd outside a write section".formatted(mm.lockSeq));
  }
}
