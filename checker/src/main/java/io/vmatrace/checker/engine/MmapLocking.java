package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.MmapLockEvents;

/** include/linux/mmap_lock.h: the mmap_lock with its tracepoints and the sequence number (docs/PROTOCOL.md, Sequence numbers). */
public final class MmapLocking {
  public final Program writeLock;

  /** mmap_write_lock_killable(): returns 1 when it got the lock, 0 when SIGKILL came first. */
  final Program writeLockKillable;

  public final Program writeUnlock;
  final Program downgrade;
  public final Program readLock;

  /** Returns 1 when it got the lock. */
  final Program readTrylock;

  public final Program readUnlock;

  MmapLocking(Variant variant) {
    boolean seq = variant.generation() != Generation.MMAP_LOCK;
    boolean seqBegins = seq && variant.seqIsSeqcount() && !variant.has(Mutant.M12);
    boolean stops = variant.detach() == Variant.Detach.STOP_READERS;
    writeLock =
        Program.named(ProgramId.MMAP_WRITE_LOCK)
            .probe(StepId.START_LOCKING, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_START_LOCKING, 1, 0))
            .sleep(StepId.DOWN_WRITE, f -> f.mm().mmapLock.mustWait(f.task, true))
            .when(seqBegins, p -> p.act(StepId.MM_LOCK_SEQCOUNT_BEGIN, f -> f.mm().lockSeq++))
            .probe(StepId.ACQUIRE_RETURNED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, 1, 1))
            .when(stops, MmapLocking::stopReaders)
            .build();
    writeLockKillable =
        Program.named(ProgramId.MMAP_WRITE_LOCK_KILLABLE)
            .probe(StepId.START_LOCKING, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_START_LOCKING, 1, 0))
            .sleep(StepId.DOWN_WRITE_KILLABLE, MmapLocking::mustWaitKillable)
            .act(StepId.RWSEM_TRY_WRITE_LOCK, f -> f.value = f.mm().mmapLock.isWriterOrLeaves(f.task) ? 1 : 0)
            .note(f -> f.task.killable = false)
            .on(f -> f.value == 0, "acquire_returned")
            .when(seqBegins, p -> p.act(StepId.MM_LOCK_SEQCOUNT_BEGIN, f -> f.mm().lockSeq++))
            .label("acquire_returned")
            .probe(StepId.ACQUIRE_RETURNED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, 1, f.value))
            .build();
    writeUnlock =
        Program.named(ProgramId.MMAP_WRITE_UNLOCK)
            .probe(StepId.RELEASED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_RELEASED, 1, 0))
            .when(stops, p -> p.act(StepId.LET_READERS_IN, f -> f.mm().readersStopped = false))
            .when(seq && !variant.has(Mutant.M11), p -> p.act(StepId.VMA_END_WRITE_ALL, MmapLocking::endWriteAll))
            .act(StepId.UP_WRITE, MmapLocking::release)
            .when(seq && variant.has(Mutant.M11), p -> p.act(StepId.VMA_END_WRITE_ALL, MmapLocking::endWriteAll))
            .build();
    downgrade =
        Program.named(ProgramId.MMAP_WRITE_DOWNGRADE)
            .probe(StepId.ACQUIRE_RETURNED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, 0, 1))
            .when(stops, p -> p.act(StepId.LET_READERS_IN, f -> f.mm().readersStopped = false))
            .when(seq && !variant.has(Mutant.M10), p -> p.act(StepId.VMA_END_WRITE_ALL, MmapLocking::endWriteAll))
            .act(StepId.DOWNGRADE_WRITE, f -> {
              f.machine().oracle.sectionEnds(f.mm());
              f.mm().mmapLock.downgrade();
            })
            .build();
    readLock =
        Program.named(ProgramId.MMAP_READ_LOCK)
            .probe(StepId.START_LOCKING, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_START_LOCKING, 0, 0))
            .sleep(StepId.DOWN_READ, f -> f.mm().mmapLock.mustWait(f.task, false))
            .probe(StepId.ACQUIRE_RETURNED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, 0, 1))
            .build();
    readTrylock =
        Program.named(ProgramId.MMAP_READ_TRYLOCK)
            .probe(StepId.START_LOCKING, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_START_LOCKING, 0, 0))
            .act(StepId.DOWN_READ_TRYLOCK, f -> f.value = f.mm().mmapLock.tryRead(f.task) ? 1 : 0)
            .probe(StepId.ACQUIRE_RETURNED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, 0, f.value))
            .build();
    readUnlock =
        Program.named(ProgramId.MMAP_READ_UNLOCK)
            .probe(StepId.RELEASED, f -> f.machine().event(f, MmapLockEvents.MMAP_LOCK_RELEASED, 0, 0))
            .act(StepId.UP_READ, f -> f.mm().mmapLock.release(f.task))
            .build();
  }

  private static boolean mustWaitKillable(Frame f) {
    f.task.killable = true;
    return f.mm().mmapLock.mustWait(f.task, true) && !f.task.isKilled();
  }

  private static void endWriteAll(Frame f) {
    f.machine().oracle.demand(f.mm().mmapLock.writer() == f.task, "R13", () -> "%d changes mm_lock_seq without the mmap_lock".formatted(f.task.pid()));
    f.mm().lockSeq++;
  }

  private static void release(Frame f) {
    f.machine().oracle.writes(f.task, f.mm());
    if (!f.machine().variant.has(Mutant.M11)) {
      f.machine().oracle.sectionEnds(f.mm());
    }
    f.mm().mmapLock.release(f.task);
  }

  /** The variant stop-readers: no reader may enter, and all inside must leave. */
  private static void stopReaders(Program.Builder p) {
    p.act(StepId.STOP_READERS, f -> {
          f.mm().readersStopped = true;
          f.mm().writerWait = f.task;
        })
        .label("wait")
        .act(StepId.SET_CURRENT_STATE, f -> f.task.woken = false)
        .test(StepId.READERS, f -> f.mm().readers == 0, "left")
        .sleep(StepId.SCHEDULE, f -> !f.task.woken)
        .go("wait")
        .label("left")
        .act(StepId.FINISH_RCUWAIT, f -> f.mm().writerWait = null);
  }
}
