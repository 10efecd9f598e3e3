package io.vmatrace.checker.workload;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** An operation under way, as far as the capture has shown it. */
final class OperationDraft {
  private static final Map<Op, StepId> STEPS =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(Op.PAGE_FAULT, StepId.PAGE_FAULT_USER),
              Map.entry(Op.LOCK_VMA_UNDER_RCU, StepId.LOCK_VMA_UNDER_RCU),
              Map.entry(Op.VMA_START_READ, StepId.LOCK_VMA_UNDER_RCU_RET),
              Map.entry(Op.VMA_START_READ_REFUSED, StepId.LOCK_VMA_UNDER_RCU_RET),
              Map.entry(Op.HANDLE_MM_FAULT, StepId.HANDLE_MM_FAULT),
              Map.entry(Op.HANDLE_MM_FAULT_RET, StepId.HANDLE_MM_FAULT_RET),
              Map.entry(Op.RCUWAIT_WAKE_UP, StepId.RCUWAIT_WAKE_UP),
              Map.entry(Op.MMAP_LOCK_START, StepId.START_LOCKING),
              Map.entry(Op.MMAP_READ_LOCK, StepId.ACQUIRE_RETURNED),
              Map.entry(Op.MMAP_WRITE_LOCK, StepId.ACQUIRE_RETURNED),
              Map.entry(Op.MMAP_WRITE_DOWNGRADE, StepId.ACQUIRE_RETURNED),
              Map.entry(Op.MMAP_LOCK_FAILED, StepId.ACQUIRE_RETURNED),
              Map.entry(Op.MMAP_READ_UNLOCK, StepId.RELEASED),
              Map.entry(Op.MMAP_WRITE_UNLOCK, StepId.RELEASED),
              Map.entry(Op.VMS_GATHER_MUNMAP_VMAS, StepId.VMS_GATHER_MUNMAP_VMAS),
              Map.entry(Op.VMS_GATHER_MUNMAP_VMAS_RET, StepId.VMS_GATHER_MUNMAP_VMAS_RET),
              Map.entry(Op.VMS_COMPLETE_MUNMAP_VMAS, StepId.VMS_COMPLETE_MUNMAP_VMAS),
              Map.entry(Op.SPLIT_VMA, StepId.SPLIT_VMA),
              Map.entry(Op.VM_AREA_ALLOC, StepId.VM_AREA_ALLOC_RET),
              Map.entry(Op.VM_AREA_DUP, StepId.VM_AREA_DUP_RET),
              Map.entry(Op.VM_AREA_FREE, StepId.VM_AREA_FREE),
              Map.entry(Op.EXPAND_DOWNWARDS, StepId.EXPAND_DOWNWARDS),
              Map.entry(Op.VMA_START_WRITE, StepId.VMA_START_WRITE),
              Map.entry(Op.VMA_START_WRITE_RET, StepId.VMA_START_WRITE_RET),
              Map.entry(Op.VMA_PREPARE, StepId.VMA_PREPARE),
              Map.entry(Op.VMA_COMPLETE, StepId.VMA_COMPLETE),
              Map.entry(Op.MAS_STORE, StepId.MA_WRITE),
              Map.entry(Op.MAS_ERASE, StepId.MA_WRITE),
              Map.entry(Op.VMA_MARK_DETACHED, StepId.VMA_MARK_DETACHED),
              Map.entry(Op.VMA_MARK_DETACHED_RET, StepId.VMA_MARK_DETACHED_RET),
              Map.entry(Op.VMA_EXCLUDE_READERS_FOR_DETACH, StepId.VMA_EXCLUDE_READERS_FOR_DETACH),
              Map.entry(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET, StepId.VMA_EXCLUDE_READERS_FOR_DETACH_RET),
              Map.entry(Op.EXIT_MMAP, StepId.EXIT_MMAP)));

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

  boolean isFresh(VmaState vma) {
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

  /** A step of the capture that is one of the engine's. */
  void mark(Op op, long time, long value) {
    StepId step = STEPS.get(op);
    if (step == null) {
      throw new IllegalStateException("no step of an operation: " + op);
    }
    if (marks.size() < MOST_MARKS) {
      marks.add(new Mark(step, time, value));
    }
  }

  /** A step inside a write section. */
  void writes(Step step, long time) {
    call = step.op() == Op.EXIT_MMAP ? Call.EXIT : call;
    if (section.apply(step)) {
      mark(step.op(), time, 0);
    }
  }

  /** The operation, as far as it was seen. Two write-locked mms and copied VMAs are a fork. */
  CapturedOperation build() {
    boolean forks = call == Call.WRITE && child >= 0 && section.copies();
    return new CapturedOperation(forks ? Call.FORK : call, mm, child, page, forks ? List.of() : section.changes(), downgrades, List.copyOf(marks));
  }
}
