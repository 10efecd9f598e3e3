package io.vmatrace.checker.engine;

/** The variant stop-readers: no VMA has a lock of its own, and a writer makes all readers of its mm keep out. */
final class StoppedReaders {
  private StoppedReaders() {}

  static VmaLocking locking() {
    Program leave =
        Program.named("leave").act("readers_dec", f -> f.mm().readers--).act("wake_up", f -> f.machine().wake(f.mm())).build();
    Program startRead =
        Program.named("vma_start_read")
            .act("readers_inc", f -> f.mm().readers++)
            .test("stopped", f -> f.mm().readersStopped, "out")
            .test("mas_walk_again", f -> !isStillThere(f), "gone")
            .act("locks", f -> f.task.readLocked.add(f.vma()))
            .giveBack(f -> f.value = VmaLocking.GOT)
            .label("gone")
            .call(leave, StoppedReaders::same)
            .giveBack(f -> f.value = VmaLocking.AGAIN)
            .label("out")
            .call(leave, StoppedReaders::same)
            .giveBack(f -> f.value = VmaLocking.REFUSED)
            .build();
    Program startReadLocked =
        Program.named("vma_start_read_locked")
            .act("readers_inc", f -> {
              f.mm().readers++;
              f.task.readLocked.add(f.vma());
            })
            .giveBack(f -> f.value = VmaLocking.GOT)
            .build();
    Program endRead =
        Program.named("vma_end_read")
            .act("unlocks", f -> f.task.readLocked.remove(f.vma()))
            .call(leave, StoppedReaders::same)
            .build();
    Program nothing = Program.named("no_vma_lock").build();
    Program markAttached = Program.named("vma_mark_attached").act("refcount_set", f -> f.vma().refcnt = 1).build();
    Program markDetached = Program.named("vma_mark_detached").act("refcount_set", f -> f.vma().refcnt = 0).build();
    return new VmaLocking(startRead, startReadLocked, endRead, nothing, null, markAttached, markDetached);
  }

  private static void same(Frame from, Frame to) {
    to.mm = from.mm;
  }

  /** What was found before the reader was counted may have gone meanwhile: only what is found now is what writers wait for. */
  private static boolean isStillThere(Frame f) {
    MapleTree.Slot slot = f.mm().tree.find(f.first);
    return slot != null && slot.vma() == f.vma;
  }
}
