package io.vmatrace.checker.check;

import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;

/** Events that a test writes down one by one, of one mm. Each task runs on the CPU that has its number, or all on CPU 0. */
final class Trace {
  static final long MM = 0xff00000000001000L;

  private final EventBatch events = new EventBatch(64);
  private final EventHead head = new EventHead();
  private final boolean onOneCpu;

  Trace() {
    this(false);
  }

  private Trace(boolean onOneCpu) {
    this.onOneCpu = onOneCpu;
  }

  /** An event with values: a field, its value, and so on. */
  Trace event(EventKind kind, int task, long time, Object... values) {
    return event(onOneCpu ? 0 : task, kind, task, time, values);
  }

  /** The same on a CPU. */
  Trace event(int cpu, EventKind kind, int task, long time, Object... values) {
    head.pid = task;
    head.cpu = cpu;
    head.time = time;
    head.place = events.size();
    events.add(kind, head);
    for (int i = 0; i < values.length; i += 2) {
      events.put((Field) values[i], (long) values[i + 1]);
    }
    return this;
  }

  /** Begins with what shows that downgrades and the ends of VMAs are recorded: another task locks for reading, and frees a VMA. */
  static Trace recordingAll() {
    return new Trace().recordAll();
  }

  /** The same where all tasks run on CPU 0. */
  static Trace recordingAllOnOneCpu() {
    return new Trace(true).recordAll();
  }

  private Trace recordAll() {
    int task = 3;
    long vma = 0xff00000000009000L;
    return mmapReadLock(task, 1)
        .mmapReadUnlock(task, 3)
        .event(VmaEvents.VM_AREA_ALLOC_RET, task, 4, Field.VMA, vma, Field.MM, MM)
        .event(VmaEvents.VM_AREA_FREE, task, 5, Field.VMA, vma, Field.MM, MM);
  }

  /** The task asks for the mmap_lock for writing and gets it. */
  Trace mmapWriteLock(int task, long time) {
    return lock(task, time, MM, 1);
  }

  /** The same, of another mm. */
  Trace mmapWriteLock(int task, long time, long mm) {
    return lock(task, time, mm, 1);
  }

  /** The task asks for the mmap_lock for reading and gets it. */
  Trace mmapReadLock(int task, long time) {
    return lock(task, time, MM, 0);
  }

  /** The same, of another mm. */
  Trace mmapReadLock(int task, long time, long mm) {
    return lock(task, time, mm, 0);
  }

  private Trace lock(int task, long time, long mm, long write) {
    event(MmapLockEvents.MMAP_LOCK_START_LOCKING, task, time, Field.MM, mm, Field.WRITE, write);
    return event(MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, task, time + 1, Field.MM, mm, Field.WRITE, write, Field.SUCCESS, 1L);
  }

  Trace mmapReadUnlock(int task, long time) {
    return mmapReadUnlock(task, time, MM);
  }

  Trace mmapReadUnlock(int task, long time, long mm) {
    return event(MmapLockEvents.MMAP_LOCK_RELEASED, task, time, Field.MM, mm, Field.WRITE, 0L);
  }

  Trace mmapWriteUnlock(int task, long time) {
    return event(MmapLockEvents.MMAP_LOCK_RELEASED, task, time, Field.MM, MM, Field.WRITE, 1L);
  }

  /** The task write-locks a VMA. */
  Trace vmaWriteLock(int task, long time, long vma) {
    event(WriteLockEvents.VMA_START_WRITE, task, time, Field.VMA, vma, Field.MM, MM);
    return event(WriteLockEvents.VMA_START_WRITE_RET, task, time + 1, Field.RET, 0L, Field.VMA, vma, Field.MM, MM);
  }

  /** The task looks up an address from one time to another and gets a VMA. */
  Trace lookUp(int task, long time, long vma) {
    event(LookUpEvents.LOCK_VMA_UNDER_RCU, task, time, Field.MM, MM, Field.ADDRESS, 0x5000L);
    return lookedUp(task, time + 1, vma);
  }

  /** The look-up that has begun returns a VMA. */
  Trace lookedUp(int task, long time, long vma) {
    return event(LookUpEvents.LOCK_VMA_UNDER_RCU_RET, task, time, Field.VMA, vma, Field.MM, MM, Field.ADDRESS, 0x5000L);
  }

  EventBatch events() {
    return events;
  }

  /** Applies the events, and does not finish. */
  MmReconstruction applied(StepSink to) {
    MmReconstruction reconstruction = new MmReconstruction(to);
    events.firstLine(1);
    reconstruction.apply(events);
    return reconstruction;
  }
}
