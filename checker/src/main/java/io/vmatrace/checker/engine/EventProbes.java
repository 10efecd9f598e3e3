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
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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

  /** Offset of vma_writer_wait in struct mm_struct (docs/PROTOCOL.md, Offsets). */
  private final long writerWait;

  /** What an event has, by its kind; the others have what is read from the VMA. */
  private final Map<EventKind, Consumer<Hit>> values = new HashMap<>();

  private long time;

  /** With the offset that the kernels of the variant's design have in Debian's configuration: 7.2; 6.16 to 6.18. */
  public EventProbes(Variant variant, EventBatch events) {
    this(variant, events, variant.generation() == Generation.EXCLUDE_READERS ? 456 : 240);
  }

  /** @param writerWait the offset of vma_writer_wait in struct mm_struct, which differs with the configuration */
  public EventProbes(Variant variant, EventBatch events, long writerWait) {
    returnsInt = variant.generation() == Generation.EXCLUDE_READERS;
    this.writerWait = writerWait;
    refcounted = variant.isRefcounted();
    this.events = events;
    onLocks();
    onFaults();
    onVmas();
    onMms();
  }

  @Override
  public void event(Hit hit) {
    time += TICK;
    head.pid = hit.task().pid();
    head.cpu = hit.task().cpu();
    head.time = time;
    head.place = events.size();
    events.add(hit.kind(), head);
    values.getOrDefault(hit.kind(), this::sample).accept(hit);
  }

  private void on(Consumer<Hit> put, EventKind... kinds) {
    for (EventKind kind : kinds) {
      values.put(kind, put);
    }
  }

  private void onLocks() {
    on(this::mmapLock, MmapLockEvents.MMAP_LOCK_START_LOCKING, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, MmapLockEvents.MMAP_LOCK_RELEASED);
    on(this::contention, ContentionEvents.CONTENTION_BEGIN);
    on(hit -> events.put(Field.LOCK, hit.first() + writerWait), MmEvents.RCUWAIT_WAKE_UP);
    on(hit -> events.put(Field.STATE, hit.first()), SchedEvents.SCHED_SWITCH);
  }

  private void onFaults() {
    on(this::objects, PageFaultEvents.PAGE_FAULT_USER, LookUpEvents.LOCK_VMA_UNDER_RCU, LookUpEvents.LOCK_VMA_UNDER_RCU_RET);
    on(
        hit -> {
          sample(hit);
          events.put(Field.ADDRESS, hit.first() << PAGE_SHIFT);
          events.put(Field.FLAGS, hit.second());
        },
        FaultEvents.HANDLE_MM_FAULT);
    on(
        hit -> {
          objects(hit);
          events.put(Field.RET, hit.second());
        },
        FaultEvents.HANDLE_MM_FAULT_RET);
  }

  private void onVmas() {
    on(this::objects, VmaEvents.VM_AREA_ALLOC_RET, VmaEvents.SPLIT_VMA, MunmapEvents.EXPAND_DOWNWARDS);
    on(this::others, VmaEvents.VM_AREA_DUP_RET);
    on(
        hit -> {
          sample(hit);
          others(hit);
        },
        VmaEvents.VMA_PREPARE,
        VmaEvents.VMA_COMPLETE);
    on(
        hit -> {
          sample(hit);
          if (returnsInt) {
            events.put(Field.RET, hit.first());
          }
        },
        WriteLockEvents.VMA_START_WRITE_RET);
  }

  private void onMms() {
    on(
        hit -> {
          range(hit.first(), hit.second() + 1);
          events.put(Field.VMA, address(hit.vma()));
        },
        MapleTreeEvents.MA_WRITE);
    on(
        hit -> range(hit.first(), hit.second() + 1),
        MunmapEvents.VMS_GATHER_MUNMAP_VMAS,
        MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS);
    on(hit -> events.put(Field.RET, hit.first()), MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, SyscallEvents.SYS_EXIT_CLONE);
    on(hit -> events.put(Field.FLAGS, hit.first()), SyscallEvents.SYS_ENTER_CLONE);
    on(hit -> events.put(Field.OTHER, hit.first()), MemoryEvents.KMEM_CACHE_FREE);
    on(hit -> events.put(Field.LOCK, address(hit.mm()) + MM_MT), MemoryEvents.EXIT_MMAP_EVENT);
  }

  private void contention(Hit hit) {
    events.put(Field.LOCK, address(hit.mm()) + MMAP_LOCK);
    events.put(Field.FLAGS, hit.first());
  }

  private void mmapLock(Hit hit) {
    events.put(Field.MM, address(hit.mm()));
    events.put(Field.WRITE, hit.first());
    events.put(Field.SUCCESS, hit.second());
  }

  /** The VMA, the mm and the address, as far as the event's row has them. */
  private void objects(Hit hit) {
    events.put(Field.VMA, address(hit.vma()));
    events.put(Field.MM, address(hit.mm()));
    events.put(Field.ADDRESS, hit.first() << PAGE_SHIFT);
  }

  /** The VMA and the other ones, as far as the event's row has them. */
  private void others(Hit hit) {
    events.put(Field.VMA, address(hit.vma()));
    events.put(Field.OTHER, hit.first());
    events.put(Field.REMOVE, hit.second());
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

  /** What a probe reads from the VMA, as far as the event's row has it. */
  private void sample(Hit hit) {
    VmAreaStruct vma = hit.vma();
    if (vma == null) {
      return;
    }
    events.put(Field.VMA, vma.address);
    events.put(Field.MM, address(vma.mm));
    range(vma.start, vma.end);
    events.put(Field.LOCK_SEQ, Integer.toUnsignedLong(vma.lockSeq));
    if (vma.mm != null) {
      events.put(Field.MM_SEQ, Integer.toUnsignedLong(vma.mm.lockSeq));
    }
    if (refcounted) {
      events.put(Field.REFCNT, Integer.toUnsignedLong(vma.refcnt));
    } else {
      events.put(Field.DETACHED, vma.detached ? 1 : 0);
    }
  }
}
