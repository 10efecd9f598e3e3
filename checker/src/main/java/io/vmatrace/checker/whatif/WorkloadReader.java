package io.vmatrace.checker.whatif;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.whatif.CapturedOperation.Call;
import io.vmatrace.checker.whatif.CapturedOperation.Mark;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.input.Capture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the operations of a capture's tasks and their times: those that the engine can simulate. */
public final class WorkloadReader implements Analysis {
  /** Operations are kept up to so many marks; further ones are counted and left out, so that no capture exhausts the memory. */
  private static final int MOST_MARKS = 1_500_000;

  private static final int PAGE_SHIFT = 12;
  private static final StepId LOOKED_UP = StepId.LOCK_VMA_UNDER_RCU_RET;

  private static final StepSink KERNEL_ONLY =
      new StepSink() {
        @Override
        public void accept(Step step) {}

        @Override
        public void lost(long afterAt) {}
      };

  /** A task, and its operation under way. */
  private static final class Task {
    private final List<CapturedOperation> operations = new ArrayList<>();
    private @Nullable OperationDraft draft;
    private int mm = -1;
  }

  private final Map<Integer, Task> tasks = new LinkedHashMap<>();

  /** Numbers of mms by their addresses; one that has exited may be followed by another at its address. */
  private final Map<Long, Integer> mms = new HashMap<>();

  /** Pages seen mapped in each mm. */
  private final List<SeenRanges> seen = new ArrayList<>();

  private final List<CapturedWorkload.Mapped> mapped = new ArrayList<>();
  private long operations;
  private long marks;
  private long leftOut;
  private boolean probed;
  private long faults;
  private long fast;
  private long secondWaits;
  private long time;
  private String path = "";
  private @Nullable Variant own;

  @Override
  public void begin(Capture capture) {
    path = capture.path();
  }

  /** The steps tell which kernel made the capture; operations are made of its events. */
  @Override
  public StepSink steps() {
    return KERNEL_ONLY;
  }

  @Override
  public boolean batch(EventBatch events) {
    for (int i = 0; i < events.size(); i++) {
      time = Math.max(events.time(i), time + 1);
      if (events.kind(i) == MarkerEvents.LOST_EVENTS || events.kind(i) == MarkerEvents.BUFFER_STARTED) {
        tasks.values().forEach(task -> task.draft = null);
      } else if (!events.inInterrupt(i) && events.task(i) > 0) {
        apply(events, i);
      }
    }
    return true;
  }

  @Override
  public void end(Pass pass) {
    Generation generation = pass.recorded().generation();
    own = Variant.of(generation == null ? Generation.EXCLUDE_READERS : generation);
  }

  String path() {
    return path;
  }

  /** The variant of the kernel that made the capture. */
  Variant own() {
    return Objects.requireNonNull(own, "the pass is not over");
  }

  /** How many operations were read so far. */
  public long operations() {
    return operations;
  }

  /** Whether the capture shows write sections' changes, or look-ups: else there is nothing to simulate. */
  public boolean isProbed() {
    return probed;
  }

  /** How many operations there were beyond those that are kept. */
  long leftOut() {
    return leftOut;
  }

  /** What the capture itself shows of the operations. */
  WhatIfReport.Shown shown(Variant own) {
    return new WhatIfReport.Shown(faults, fast, own.generation() == Generation.EXCLUDE_READERS ? secondWaits : null);
  }

  /** What was seen. */
  CapturedWorkload workload(Variant variant) {
    tasks.values().forEach(this::finish);
    List<List<CapturedOperation>> of = tasks.values().stream().map(task -> List.copyOf(task.operations)).filter(list -> !list.isEmpty()).toList();
    return new CapturedWorkload(variant, of, seen.size(), mapped);
  }

  private void apply(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    Task task = tasks.computeIfAbsent(events.task(i), _ -> new Task());
    if (kind == PageFaultEvents.PAGE_FAULT_USER) {
      finish(task);
      begin(task, Call.FAULT, task.mm).page(events.value(i, Field.ADDRESS) >>> PAGE_SHIFT);
      mark(task, kind, 0);
    } else if (kind == LookUpEvents.LOCK_VMA_UNDER_RCU) {
      looksUp(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
      startsLocking(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED) {
      acquires(task, events, i);
    } else if (kind == MmapLockEvents.MMAP_LOCK_RELEASED) {
      releases(task, events, i);
    } else if (kind == LookUpEvents.LOCK_VMA_UNDER_RCU_RET) {
      mark(task, kind, events.value(i, Field.VMA));
    } else if (kind == FaultEvents.HANDLE_MM_FAULT || kind == MmEvents.RCUWAIT_WAKE_UP) {
      mark(task, kind, 0);
    } else if (kind == FaultEvents.HANDLE_MM_FAULT_RET) {
      mark(task, kind, events.value(i, Field.RET));
    } else if (task.draft != null && task.draft.call() == Call.WRITE) {
      task.draft.writes(events, i, time);
    }
    sampled(task, events, i);
  }

  private static OperationDraft begin(Task task, Call call, int mm) {
    OperationDraft draft = new OperationDraft(call, mm);
    task.draft = draft;
    return draft;
  }

  private void mark(Task task, EventKind kind, long value) {
    if (task.draft != null) {
      task.draft.mark(kind, time, value);
    }
  }

  private void finish(Task task) {
    OperationDraft draft = task.draft;
    task.draft = null;
    if (draft == null || draft.mm() < 0 || draft.isEmpty()) {
      return;
    }
    if (marks >= MOST_MARKS) {
      leftOut++;
      return;
    }
    operations++;
    CapturedOperation operation = draft.build();
    marks += operation.marks().size();
    show(operation);
    task.operations.add(operation);
    if (operation.call() == Call.FORK) {
      seen.get(operation.child()).addAll(seen.get(operation.mm()));
    }
    operation.acts().stream().filter(VmaChange::maps).forEach(act -> seen.get(operation.mm()).add(act.first(), act.last()));
    if (operation.call() == Call.EXIT) {
      mms.values().remove(operation.mm());
    }
  }

  private void show(CapturedOperation operation) {
    probed |= !operation.acts().isEmpty() || operation.find(LOOKED_UP, 0) >= 0;
    faults += operation.call() == Call.FAULT ? 1 : 0;
    fast += operation.call() == Call.FAULT && isFast(operation.marks()) ? 1 : 0;
    secondWaits += operation.marks().stream().filter(mark -> mark.step() == StepId.VMA_EXCLUDE_READERS_FOR_DETACH).count();
  }

  /** The look-up returned a VMA, and the handler did not return RETRY. */
  private static boolean isFast(List<Mark> marks) {
    boolean locked = marks.stream().anyMatch(mark -> mark.step() == LOOKED_UP && mark.value() != 0);
    return locked && marks.stream().noneMatch(mark -> mark.step() == StepId.HANDLE_MM_FAULT_RET && (mark.value() & FaultFlags.VM_FAULT_RETRY) != 0);
  }

  private int number(long mm) {
    return mms.computeIfAbsent(mm, _ -> {
      seen.add(new SeenRanges());
      return seen.size() - 1;
    });
  }

  private void looksUp(Task task, EventBatch events, int i) {
    int mm = number(events.value(i, Field.MM));
    OperationDraft draft = task.draft;
    if (draft == null || draft.call() != Call.FAULT || draft.has(StepId.LOCK_VMA_UNDER_RCU)) {
      finish(task);
      draft = begin(task, Call.LOOK_UP, mm).page(events.value(i, Field.ADDRESS) >>> PAGE_SHIFT);
    }
    draft.in(mm);
    task.mm = mm;
    mark(task, LookUpEvents.LOCK_VMA_UNDER_RCU, 0);
  }

  private void startsLocking(Task task, EventBatch events, int i) {
    int mm = number(events.value(i, Field.MM));
    boolean write = events.value(i, Field.WRITE) != 0;
    OperationDraft draft = task.draft;
    if (draft != null && !write && draft.fallsBack()) {
      draft.in(mm);
    } else if (draft == null || !draft.isWriting() || draft.mm() == mm) {
      finish(task);
      begin(task, write ? Call.WRITE : Call.READ, mm);
    } else if (write) {
      draft.child(mm);
    }
    mark(task, MmapLockEvents.MMAP_LOCK_START_LOCKING, 0);
  }

  private void acquires(Task task, EventBatch events, int i) {
    OperationDraft draft = task.draft;
    if (draft == null) {
      return;
    }
    boolean got = events.value(i, Field.SUCCESS) != 0;
    if (!got && !draft.isInHandler()) {
      draft.forgetTry();
      return;
    }
    if (draft.call() == Call.WRITE && events.value(i, Field.WRITE) == 0 && draft.mm() == number(events.value(i, Field.MM))) {
      draft.downgrades();
    }
    mark(task, MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, got ? 1 : 0);
  }

  private void releases(Task task, EventBatch events, int i) {
    mark(task, MmapLockEvents.MMAP_LOCK_RELEASED, 0);
    OperationDraft draft = task.draft;
    if (draft != null && draft.call() != Call.FAULT && draft.mm() == number(events.value(i, Field.MM))) {
      finish(task);
    }
  }

  /** A probe shows a VMA that nobody was seen to map: it is older than the capture. */
  private void sampled(Task task, EventBatch events, int i) {
    if (!events.has(i, Field.MM) || !events.has(i, Field.START) || !events.has(i, Field.VMA) || isFresh(task, events.value(i, Field.VMA))) {
      return;
    }
    int mm = number(events.value(i, Field.MM));
    long first = events.value(i, Field.START) >>> PAGE_SHIFT;
    long last = (events.value(i, Field.END) >>> PAGE_SHIFT) - 1;
    if (last >= first && !seen.get(mm).overlaps(first, last)) {
      seen.get(mm).add(first, last);
      mapped.add(new CapturedWorkload.Mapped(mm, first, last));
    }
  }

  private static boolean isFresh(Task task, long vma) {
    return task.draft != null && task.draft.isFresh(vma);
  }
}
