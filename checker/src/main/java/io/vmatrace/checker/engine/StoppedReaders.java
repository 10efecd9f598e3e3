package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;

/** The variant stop-readers: no VMA has a lock of its own, and a writer stops all readers of its mm. */
final class StoppedReaders {
  private StoppedReaders() {}

  static VmaLocking locking() {
    Program leave =
        Program.named(ProgramId.LEAVE).act(StepId.READERS_DEC, f -> f.mm().readers--).act(StepId.WAKE_UP, f -> f.machine().wake(f.mm())).build();
    Program startRead =
        Program.named(ProgramId.VMA_START_READ)
            .act(StepId.READERS_INC, f -> f.mm().readers++)
            .test(StepId.STOPPED, f -> f.mm().readersStopped, "out")
            .test(StepId.MAS_WALK_AGAIN, f -> !isStillThere(f), "gone")
            .act(StepId.LOCKS, f -> f.task.readLocked.add(f.vma()))
            .giveBack(f -> f.value = VmaLocking.GOT)
            .label("gone")
            .call(leave, StoppedReaders::same)
            .giveBack(f -> f.value = VmaLocking.AGAIN)
            .label("out")
            .call(leave, StoppedReaders::same)
            .giveBack(f -> f.value = VmaLocking.REFUSED)
            .build();
    Program startReadLocked =
        Program.named(ProgramId.VMA_START_READ_LOCKED)
            .act(StepId.READERS_INC, f -> {
              f.mm().readers++;
              f.task.readLocked.add(f.vma());
            })
            .giveBack(f -> f.value = VmaLocking.GOT)
            .build();
    Program endRead =
        Program.named(ProgramId.VMA_END_READ)
            .act(StepId.UNLOCKS, f -> f.task.readLocked.remove(f.vma()))
            .call(leave, StoppedReaders::same)
            .build();
    Program nothing = Program.named(ProgramId.NO_VMA_LOCK).build();
    Program markAttached = Program.named(ProgramId.VMA_MARK_ATTACHED).act(StepId.REFCOUNT_SET, f -> f.vma().refcnt = 1).build();
    Program markDetached = Program.named(ProgramId.VMA_MARK_DETACHED).act(StepId.REFCOUNT_SET, f -> f.vma().refcnt = 0).build();
    return new VmaLocking(startRead, startReadLocked, endRead, nothing, null, markAttached, markDetached);
  }

  private static void same(Frame from, Frame to) {
    to.mm = from.mm;
  }

  /** A VMA found before the reader was counted may be gone; writers wait only for what is found now. */
  private static boolean isStillThere(Frame f) {
    MapleTree.Slot<VmAreaStruct> slot = f.mm().tree.find(f.first);
    return slot != null && slot.vma() == f.vma;
  }
}
