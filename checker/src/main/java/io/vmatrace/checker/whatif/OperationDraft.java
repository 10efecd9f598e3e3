package io.vmatrace.checker.whatif;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.whatif.CapturedOperation.Call;
import io.vmatrace.checker.whatif.CapturedOperation.Mark;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An operation under way, as far as the capture has shown it. */
final class OperationDraft {
  private static final Map<EventKind, StepId> STEPS =
      Map.ofEntries(
          Map.entry(PageFaultEvents.PAGE_FAULT_USER, StepId.PAGE_FAULT_USER),
          Map.entry(LookUpEvents.LOCK_VMA_UNDER_RCU, StepId.LOCK_VMA_UNDER_RCU),
          Map.entry(LookUpEvents.LOCK_VMA_UNDER_RCU_RET, StepId.LOCK_VMA_UNDER_RCU_RET),
          Map.entry(FaultEvents.HANDLE_MM_FAULT, StepId.HANDLE_MM_FAULT),
          Map.entry(FaultEvents.HANDLE_MM_FAULT_RET, StepId.HANDLE_MM_FAULT_RET),
          Map.entry(MmEvents.RCUWAIT_WAKE_UP, StepId.RCUWAIT_WAKE_UP),
          Map.entry(MmapLockEvents.MMAP_LOCK_START_LOCKING, StepId.START_LOCKING),
          Map.entry(MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, StepId.ACQUIRE_RETURNED),
          Map.entry(MmapLockEvents.MMAP_LOCK_RELEASED, StepId.RELEASED),
          Map.entry(MunmapEvents.VMS_GATHER_MUNMAP_VMAS, StepId.VMS_GATHER_MUNMAP_VMAS),
          Map.entry(MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, StepId.VMS_GATHER_MUNMAP_VMAS_RET),
          Map.entry(MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS, StepId.VMS_COMPLETE_MUNMAP_VMAS),
          Map.entry(VmaEvents.SPLIT_VMA, StepId.SPLIT_VMA),
          Map.entry(VmaEvents.VM_AREA_ALLOC_RET, StepId.VM_AREA_ALLOC_RET),
          Map.entry(VmaEvents.VM_AREA_DUP_RET, StepId.VM_AREA_DUP_RET),
          Map.entry(VmaEvents.VM_AREA_FREE, StepId.VM_AREA_FREE),
          Map.entry(MunmapEvents.EXPAND_DOWNWARDS, StepId.EXPAND_DOWNWARDS),
          Map.entry(WriteLockEvents.VMA_START_WRITE, StepId.VMA_START_WRITE),
          Map.entry(WriteLockEvents.VMA_START_WRITE_RET, StepId.VMA_START_WRITE_RET),
          Map.entry(VmaEvents.VMA_PREPARE, StepId.VMA_PREPARE),
          Map.entry(VmaEvents.VMA_COMPLETE, StepId.VMA_COMPLETE),
          Map.entry(MapleTreeEvents.MA_WRITE, StepId.MA_WRITE),
          Map.entry(WriteLockEvents.VMA_MARK_DETACHED, StepId.VMA_MARK_DETACHED),
          Map.entry(WriteLockEvents.VMA_MARK_DETACHED_RET, StepId.VMA_MARK_DETACHED_RET),
          Map.entry(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH, StepId.VMA_EXCLUDE_READERS_FOR_DETACH),
          Map.entry(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET, StepId.VMA_EXCLUDE_READERS_FOR_DETACH_RET),
          Map.entry(MemoryEvents.EXIT_MMAP_EVENT, StepId.EXIT_MMAP));

  /** Further steps of one operation are not placed: they follow the last placed one. */
  private static final int MOST_MARKS = 100_000;

  private Call call;
  private int mm;
  private int child = -1;
  private long page;
  private boolean downgrades;
  private final List<Mark> marks = new ArrayList<>();
  private final SectionChanges section = new SectionChanges();

  OperationDraft(Call call, int mm) {
    this.call = call;
    this.mm = mm;
  }

  Call call() {
    return call;
  }

  int mm() {
    return mm;
  }

  OperationDraft page(long value) {
    page = value;
    return this;
  }

  void in(int value) {
    mm = value;
  }

  void child(int value) {
    child = value;
  }

  void downgrades() {
    downgrades = true;
  }

  boolean isEmpty() {
    return marks.isEmpty();
  }

  boolean isFresh(long vma) {
    return section.isFresh(vma);
  }

  /** Whether it has shown a step. */
  boolean has(StepId step) {
    return marks.stream().anyMatch(mark -> mark.step() == step);
  }

  /** Whether the mmap_lock is held for writing. */
  boolean isWriting() {
    return call == Call.WRITE && has(StepId.ACQUIRE_RETURNED);
  }

  /** Whether it is inside handle_mm_fault(). */
  boolean isInHandler() {
    return has(StepId.HANDLE_MM_FAULT) && !has(StepId.HANDLE_MM_FAULT_RET);
  }

  /** Whether it may continue under the mmap_lock: a fault that is not served yet, a look-up that returned NULL. */
  boolean fallsBack() {
    if (call == Call.FAULT) {
      return marks.stream().noneMatch(mark -> mark.step() == StepId.HANDLE_MM_FAULT_RET && (mark.value() & FaultFlags.VM_FAULT_RETRY) == 0);
    }
    return call == Call.LOOK_UP && marks.getLast().step() == StepId.LOCK_VMA_UNDER_RCU_RET && marks.getLast().value() == 0;
  }

  /** Its attempt failed, and it continues without. */
  void forgetTry() {
    if (!marks.isEmpty() && marks.getLast().step() == StepId.START_LOCKING) {
      marks.removeLast();
    }
  }

  void mark(EventKind kind, long time, long value) {
    if (marks.size() < MOST_MARKS) {
      marks.add(new Mark(step(kind), time, value));
    }
  }

  /** The engine's step that the event shows. */
  private static StepId step(EventKind kind) {
    StepId step = STEPS.get(kind);
    if (step == null) {
      throw new IllegalStateException("no step of an operation: " + kind);
    }
    return step;
  }

  /** An event inside a write section. */
  void writes(EventBatch events, int i, long time) {
    call = events.kind(i) == MemoryEvents.EXIT_MMAP_EVENT ? Call.EXIT : call;
    if (section.apply(events, i)) {
      mark(events.kind(i), time, 0);
    }
  }

  /** The operation, as far as it was seen. Two write-locked mms and copied VMAs are a fork. */
  CapturedOperation build() {
    boolean forks = call == Call.WRITE && child >= 0 && section.copies();
    return new CapturedOperation(forks ? Call.FORK : call, mm, child, page, forks ? List.of() : section.acts(), downgrades, List.copyOf(marks));
  }
}
