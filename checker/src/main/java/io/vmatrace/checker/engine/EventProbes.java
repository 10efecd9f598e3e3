package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import org.jspecify.annotations.Nullable;

/** Records a run as a capture of level E2, with the events and values of the probes of docs/CAPTURE.md. */
public final class EventProbes implements ProbeSink {
  /** Bytes of a page: page numbers become addresses. */
  private static final int PAGE_SHIFT = 12;

  /** Offset of mm_mt in struct mm_struct (6.18, 7.2). */
  private static final long MM_MT = 0x40;

  /** Offset of mmap_lock (7.2). */
  private static final long MMAP_LOCK = 408;

  /** Nanoseconds between two events. */
  private static final long TICK = 1_000;

  private final boolean refcounted;

  /** Whether __vma_start_write() returns a value: 7.0 on. */
  private final boolean returnsInt;

  private final EventBatch events;
  private final EventHead head = new EventHead();

  /** Offset of vma_writer_wait in struct mm_struct: 7.2, and 6.16 to 6.18 (docs/PROTOCOL.md, Offsets). */
  private final long writerWait;

  private long time;

  public EventProbes(Variant variant, EventBatch events) {
    returnsInt = variant.generation() == Generation.EXCLUDE_READERS;
    writerWait = returnsInt ? 456 : 240;
    refcounted = variant.isRefcounted();
    this.events = events;
  }

  @Override
  public void event(Hit hit) {
    MmStruct mm = hit.mm();
    VmAreaStruct vma = hit.vma();
    long first = hit.first();
    long second = hit.second();
    time += TICK;
    EventKind kind = hit.kind();
    head.pid = hit.task().pid();
    head.cpu = hit.task().cpu();
    head.time = time;
    head.place = events.size();
    events.add(kind, head);
    if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING || kind == MmapLockEvents.MMAP_LOCK_RELEASED) {
      mmapLock(mm, first);
    } else if (kind == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED) {
      mmapLock(mm, first);
      events.put(Field.SUCCESS, second);
    } else if (kind == PageFaultEvents.PAGE_FAULT_USER) {
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
    } else if (kind == MapleTreeEvents.MA_WRITE) {
      range(first, second + 1);
      events.put(Field.VMA, address(vma));
    } else if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS || kind == MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS) {
      range(first, second + 1);
    } else if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET || kind == SyscallEvents.SYS_EXIT_CLONE) {
      events.put(Field.RET, first);
    } else if (kind == SyscallEvents.SYS_ENTER_CLONE) {
      events.put(Field.FLAGS, first);
    } else if (kind == LookUpEvents.LOCK_VMA_UNDER_RCU) {
      events.put(Field.MM, address(mm));
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
    } else if (kind == LookUpEvents.LOCK_VMA_UNDER_RCU_RET) {
      events.put(Field.VMA, address(vma));
      events.put(Field.MM, address(mm));
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
    } else if (kind == FaultEvents.HANDLE_MM_FAULT) {
      sample(vma);
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
      events.put(Field.FLAGS, second);
    } else if (kind == FaultEvents.HANDLE_MM_FAULT_RET) {
      events.put(Field.VMA, address(vma));
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
      events.put(Field.RET, second);
    } else if (kind == VmaEvents.VM_AREA_ALLOC_RET) {
      events.put(Field.VMA, address(vma));
      events.put(Field.MM, address(mm));
    } else if (kind == VmaEvents.VM_AREA_DUP_RET) {
      events.put(Field.VMA, address(vma));
      events.put(Field.OTHER, first);
    } else if (kind == VmaEvents.VMA_PREPARE || kind == VmaEvents.VMA_COMPLETE) {
      sample(vma);
      events.put(Field.OTHER, first);
      events.put(Field.REMOVE, second);
    } else if (kind == VmaEvents.SPLIT_VMA || kind == MunmapEvents.EXPAND_DOWNWARDS) {
      events.put(Field.VMA, address(vma));
      events.put(Field.ADDRESS, first << PAGE_SHIFT);
    } else if (kind == ContentionEvents.CONTENTION_BEGIN) {
      events.put(Field.LOCK, address(mm) + MMAP_LOCK);
    } else if (kind == WriteLockEvents.VMA_START_WRITE_RET) {
      sample(vma);
      if (returnsInt) {
        events.put(Field.RET, first);
      }
    } else if (kind == MmEvents.RCUWAIT_WAKE_UP) {
      events.put(Field.LOCK, first + writerWait);
    } else if (kind == MemoryEvents.KMEM_CACHE_FREE) {
      events.put(Field.OTHER, first);
    } else if (kind == SchedEvents.SCHED_SWITCH) {
      events.put(Field.STATE, first);
    } else if (kind == MemoryEvents.EXIT_MMAP_EVENT) {
      events.put(Field.LOCK, address(mm) + MM_MT);
    } else {
      sample(vma);
    }
  }

  private void mmapLock(@Nullable MmStruct mm, long write) {
    events.put(Field.MM, address(mm));
    events.put(Field.WRITE, write);
  }

  private void range(long first, long end) {
    events.put(Field.START, first << PAGE_SHIFT);
    events.put(Field.END, end << PAGE_SHIFT);
  }

  private static long address(@Nullable MmStruct mm) {
    return mm == null ? 0 : mm.address;
  }

  private static long address(@Nullable VmAreaStruct vma) {
    return vma == null ? 0 : vma.address;
  }

  private void sample(@Nullable VmAreaStruct vma) {
    if (vma == null) {
      return;
    }
    EventKind kind = events.kind(events.size() - 1);
    events.put(Field.VMA, vma.address);
    range(vma.start, vma.end);
    events.put(Field.LOCK_SEQ, Integer.toUnsignedLong(vma.lockSeq));
    if (kind.fields().contains(Field.MM)) {
      events.put(Field.MM, address(vma.mm));
    }
    MmStruct mm = vma.mm;
    if (mm != null && kind.fields().contains(Field.MM_SEQ)) {
      events.put(Field.MM_SEQ, Integer.toUnsignedLong(mm.lockSeq));
    }
    if (refcounted) {
      events.put(Field.REFCNT, Integer.toUnsignedLong(vma.refcnt));
    } else if (kind.fields().contains(Field.DETACHED)) {
      events.put(Field.DETACHED, vma.detached ? 1 : 0);
    }
  }
}
