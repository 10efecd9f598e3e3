package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import org.jspecify.annotations.Nullable;

/** How mms are made and destroyed: kernel/fork.c, mm/mmap.c (docs/PROTOCOL.md, fork and exit). Operations take {@link Frame#mm}. */
public final class ForkAndExit {
  /** dup_mmap(): into the mm {@link Frame#otherMm}. */
  public final Program dupMmap;

  /** The same with killable locks (6.19 on): -EINTR undoes the copies. Null for older kernels. */
  final @Nullable Program dupMmapKillable;

  /** mmput(): the last user destroys the mm. */
  public final Program mmput;

  /** What clone() returns: the child's pid, which runs no step here. */
  private static final long CHILD = 1_000;

  /** -ENOMEM: what clone() returns when dup_mmap() failed, whatever the reason (kernel/fork.c copy_mm()). */
  private static final long ENOMEM = -12;

  private final Variant variant;

  ForkAndExit(Variant variant, MmapLocking mmapLock, VmaLocking vmaLock) {
    this.variant = variant;
    dupMmap = dupMmap(mmapLock, vmaLock, mmapLock.writeLock, vmaLock.startWrite(), false);
    Program startWriteKillable = vmaLock.startWriteKillable();
    dupMmapKillable = startWriteKillable == null ? null : dupMmap(mmapLock, vmaLock, mmapLock.writeLockKillable, startWriteKillable, true);
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
    list(f, f.mm());
  }

  private static void list(Frame f, MmStruct mm) {
    f.vmas.clear();
    f.i = 0;
    mm.tree.slots().forEach(slot -> f.vmas.add(slot.vma()));
  }

  private Program dupMmap(MmapLocking mmapLock, VmaLocking vmaLock, Program lockMm, Program lockVma, boolean killable) {
    boolean refcounted = variant.isRefcounted();
    return Program.named(ProgramId.DUP_MMAP)
        .probe(StepId.SYS_CLONE, f -> f.machine().event(f, SyscallEvents.SYS_ENTER_CLONE, 0, 0))
        .call(lockMm, ForkAndExit::same)
        .when(killable, p -> p.on(f -> f.got == 0, "interrupted"))
        .call(mmapLock.writeLock, ForkAndExit::child)
        .note(ForkAndExit::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .note(f -> f.vma = f.listed())
        .when(!variant.has(Mutant.B01), p -> p.call(lockVma, ForkAndExit::same))
        .when(killable, p -> p.on(f -> f.got == VmaLocking.EINTR, "failed"))
        .act(StepId.VM_AREA_DUP, f -> {
          f.other = f.machine().allocateVma(f.otherMm(), f.vma().start, f.vma().end);
          f.other().prot = f.vma().prot;
          f.other().anonVma = f.vma().anonVma;
        })
        .probe(StepId.VM_AREA_DUP_RET, f -> f.machine().event(f, VmaEvents.VM_AREA_DUP_RET, f.other, f.vma().address, 0))
        .call(vmaLock.startWrite(), ForkAndExit::child)
        .act(StepId.VMA_ITER_BULK_STORE, ForkAndExit::storeChild)
        .probe(StepId.MA_WRITE, f -> f.machine().event(f, MapleTreeEvents.MA_WRITE, f.other, f.vma().start, f.vma().last()))
        .when(refcounted, p -> p.call(vmaLock.markAttached(), ForkAndExit::child))
        .act(StepId.COPY_PAGE_RANGE, f -> f.vma().copied = true)
        .act(StepId.COPIED, ForkAndExit::copyPages)
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .call(mmapLock.writeUnlock, ForkAndExit::child)
        .call(mmapLock.writeUnlock, ForkAndExit::same)
        .probe(StepId.SYS_CLONE_RET, f -> f.machine().event(f, SyscallEvents.SYS_EXIT_CLONE, CHILD, 0))
        .when(killable, p -> undo(p.giveBack().label("failed"), mmapLock, vmaLock))
        .build();
  }

  /** tear_down_vmas() (mm/mmap.c, 7.0): frees the copies while the child's tree still has them; nobody else can walk that tree. */
  private static void undo(Program.Builder p, MmapLocking mmapLock, VmaLocking vmaLock) {
    p.act(StepId.MM_FLAGS_SET, f -> f.otherMm().unstable = true)
        .note(f -> list(f, f.otherMm()))
        .label("tear_down")
        .on(f -> f.i == f.vmas.size(), "torn_down")
        .note(f -> f.other = f.listed())
        .call(vmaLock.markDetached(), ForkAndExit::child)
        .probe(StepId.VM_AREA_FREE, f -> f.machine().event(f, VmaEvents.VM_AREA_FREE, f.other, 0, 0))
        .act(StepId.KMEM_CACHE_FREE, f -> f.machine().freeVma(f.other()))
        .note(f -> f.i++)
        .go("tear_down")
        .label("torn_down")
        .act(StepId.MT_DESTROY, f -> f.otherMm().tree = MapleTree.empty())
        .call(mmapLock.writeUnlock, ForkAndExit::child)
        .call(mmapLock.writeUnlock, ForkAndExit::same)
        .label("interrupted")
        .probe(StepId.SYS_CLONE_RET, f -> f.machine().event(f, SyscallEvents.SYS_EXIT_CLONE, ENOMEM, 0));
  }

  /** SIGKILL to a task. */
  static Program kill(TaskStruct victim) {
    return Program.named(ProgramId.KILL).act(StepId.SIGNAL_WAKE_UP, f -> victim.kill()).build();
  }

  private static void storeChild(Frame f) {
    f.machine().oracle.writes(f.task, f.otherMm());
    f.otherMm().tree = f.otherMm().tree.store(f.other().start, f.other().last(), f.other());
  }

  private static void copyPages(Frame f) {
    f.vma().copied = false;
    f.mm().pages.subMap(f.vma().start, f.vma().end).keySet().forEach(at -> f.otherMm().pages.put(at, f.other()));
  }

  /** exit_mmap(): the tree points at freed VMAs, and nobody walks it any more. */
  private Program mmput(MmapLocking mmapLock, VmaLocking vmaLock) {
    return Program.named(ProgramId.MMPUT)
        .test(StepId.MM_USERS, f -> --f.mm().users > 0, "used")
        .call(mmapLock.readLock, ForkAndExit::same)
        .act(StepId.UNMAP_VMAS, f -> f.mm().pages.clear())
        .call(mmapLock.readUnlock, ForkAndExit::same)
        .call(mmapLock.writeLock, ForkAndExit::same)
        .note(ForkAndExit::list)
        .label("next")
        .on(f -> f.i == f.vmas.size(), "all")
        .note(f -> f.vma = f.listed())
        .call(vmaLock.startWrite(), ForkAndExit::same)
        .call(vmaLock.markDetached(), ForkAndExit::same)
        .probe(StepId.VM_AREA_FREE, f -> f.machine().event(f, VmaEvents.VM_AREA_FREE, 0, 0))
        .act(StepId.KMEM_CACHE_FREE, f -> f.machine().freeVma(f.vma()))
        .note(f -> f.i++)
        .go("next")
        .label("all")
        .probe(StepId.EXIT_MMAP, f -> f.machine().event(f, MemoryEvents.EXIT_MMAP_EVENT, 0, 0))
        .act(StepId.MT_DESTROY, f -> f.mm().tree = MapleTree.empty())
        .call(mmapLock.writeUnlock, ForkAndExit::same)
        .act(StepId.MMDROP, f -> drop(f, f.mm()))
        .label("used")
        .build();
  }

  /** mmdrop(). */
  static void drop(Frame f, MmStruct mm) {
    if (--mm.count == 0) {
      f.machine().event(f, MemoryEvents.KMEM_CACHE_FREE, null, mm.address, 0);
      f.machine().oracle.freesMm(mm);
    }
  }
}
