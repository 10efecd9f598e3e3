package io.vmatrace.checker.workload;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the operations of a capture's tasks from its steps: page faults, look-ups, and what ran under the mmap_lock. */
public final class OperationReader implements StepSink {
  /** The capture does not show which mm. */
  public static final int NO_MM = -1;

  private static final int PAGE_SHIFT = 12;

  /** A task, and its operation under way. */
  private static final class Task {
    private final int pid;
    private @Nullable OperationDraft draft;

    private Task(int pid) {
      this.pid = pid;
    }
  }

  private final OperationSink sink;
  private final Map<Integer, Task> tasks = new LinkedHashMap<>();
  private final Map<MmState, Integer> mms = new HashMap<>();

  /** Pages seen mapped in each mm. */
  private final List<SeenRanges> seen = new ArrayList<>();

  private final List<CapturedWorkload.Mapped> mapped = new ArrayList<>();
  private long time;
  private long userFaults;
  private long kernelFaults;

  public OperationReader(OperationSink sink) {
    this.sink = sink;
  }

  /** The tasks, in the order in which they were first seen. */
  public Collection<Integer> tasks() {
    return Collections.unmodifiableSet(tasks.keySet());
  }

  /** How many mms there are. */
  public int mms() {
    return seen.size();
  }

  /** Page faults of user mode. */
  public long userFaults() {
    return userFaults;
  }

  /** Page faults of kernel mode. */
  public long kernelFaults() {
    return kernelFaults;
  }

  /** What was mapped before the capture began, as far as it shows. */
  public List<CapturedWorkload.Mapped> mapped() {
    return mapped;
  }

  /** There are no more steps: operations under way end here. */
  public void finish() {
    tasks.values().forEach(this::finish);
  }

  @Override
  public void lost(long afterAt) {
    tasks.values().forEach(task -> task.draft = null);
  }

  @Override
  public void accept(Step step) {
    time = Math.max(step.moment().time(), time + 1);
    int pid = step.task().pid();
    if (pid > 0) {
      Task task = tasks.computeIfAbsent(pid, Task::new);
      apply(task, step);
      sampled(task, step);
    }
  }

  private void apply(Task task, Step step) {
    switch (step.op()) {
      case PAGE_FAULT -> faults(task, step);
      case LOCK_VMA_UNDER_RCU -> looksUp(task, step);
      case MMAP_LOCK_START -> startsLocking(task, step);
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK, MMAP_WRITE_DOWNGRADE, MMAP_LOCK_FAILED -> acquires(task, step);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> releases(task, step);
      case VMA_START_READ, VMA_START_READ_REFUSED, HANDLE_MM_FAULT_RET -> mark(task, step, step.ret());
      case HANDLE_MM_FAULT, RCUWAIT_WAKE_UP -> mark(task, step, 0);
      case SYSCALL_ENTER -> {
        finishInUserMode(task);
        sink.enters(task.pid, step.systemCall());
      }
      case SYSCALL_EXIT -> {
        finishInUserMode(task);
        sink.returns(task.pid, step.systemCall(), step.ret());
      }
      default -> {
        if (task.draft != null && task.draft.call() == Call.WRITE) {
          task.draft.writes(step, time);
        }
      }
    }
  }

  /** One of kernel mode is the read section that follows: do_user_addr_fault() (arch/x86/mm/fault.c, 6.4 to 7.3) tries no VMA lock for it. */
  private void faults(Task task, Step step) {
    if (step.isUserFault()) {
      userFaults++;
      finish(task);
      begin(task, Call.FAULT, step.mm()).page(step.address() >>> PAGE_SHIFT);
      mark(task, step, 0);
    } else {
      kernelFaults++;
    }
  }

  private OperationDraft begin(Task task, Call call, @Nullable MmState mm) {
    OperationDraft draft = new OperationDraft(call, mm == null ? NO_MM : number(mm));
    task.draft = draft;
    return draft;
  }

  private void mark(Task task, Step step, long value) {
    if (task.draft != null) {
      task.draft.mark(step.op(), time, value);
    }
  }

  /** A task that was in user mode is past its fault and its look-up. */
  private void finishInUserMode(Task task) {
    if (task.draft != null && (task.draft.call() == Call.FAULT || task.draft.call() == Call.LOOK_UP)) {
      finish(task);
    }
  }

  private void finish(Task task) {
    OperationDraft draft = task.draft;
    task.draft = null;
    if (draft == null || draft.isEmpty()) {
      return;
    }
    CapturedOperation operation = draft.build();
    sink.operation(task.pid, operation);
    if (operation.call() == Call.FORK) {
      seen.get(operation.child()).addAll(seen.get(operation.mm()));
    }
    operation.changes().stream().filter(VmaChange::maps).forEach(change -> seen.get(operation.mm()).add(change.first(), change.last()));
  }

  private int number(MmState mm) {
    return mms.computeIfAbsent(mm, _ -> {
      seen.add(new SeenRanges());
      return seen.size() - 1;
    });
  }

  /** The mm of a step that always has one. */
  private int number(Step step) {
    return number(Objects.requireNonNull(step.mm(), "no mm"));
  }

  private void looksUp(Task task, Step step) {
    OperationDraft draft = task.draft;
    if (draft == null || draft.call() != Call.FAULT || draft.has(StepId.LOCK_VMA_UNDER_RCU)) {
      finish(task);
      draft = begin(task, Call.LOOK_UP, step.mm()).page(step.address() >>> PAGE_SHIFT);
    }
    draft.in(number(step));
    mark(task, step, 0);
  }

  private void startsLocking(Task task, Step step) {
    int mm = number(step);
    boolean write = step.isForWriting();
    OperationDraft draft = task.draft;
    if (draft != null && !write && draft.fallsBack()) {
      draft.in(mm);
    } else if (draft == null || !draft.isWriting() || draft.mm() == mm) {
      finish(task);
      begin(task, write ? Call.WRITE : Call.READ, step.mm());
    } else if (write) {
      draft.child(mm);
    }
    mark(task, step, 0);
  }

  private void acquires(Task task, Step step) {
    OperationDraft draft = task.draft;
    if (draft == null) {
      return;
    }
    boolean got = step.op() != Op.MMAP_LOCK_FAILED;
    if (!got && !draft.isInHandler()) {
      draft.forgetTry();
      return;
    }
    if (draft.call() == Call.WRITE && step.op() == Op.MMAP_WRITE_DOWNGRADE && draft.mm() == number(step)) {
      draft.downgrades();
    }
    mark(task, step, got ? 1 : 0);
  }

  private void releases(Task task, Step step) {
    mark(task, step, 0);
    OperationDraft draft = task.draft;
    if (draft != null && draft.call() != Call.FAULT && draft.mm() == number(step)) {
      finish(task);
    }
  }

  /** A probe shows a VMA that was never mapped in the capture: it was there before. The range at vma_prepare() is about to change. */
  private void sampled(Task task, Step step) {
    VmaState vma = step.vma();
    boolean changes = step.op() == Op.VMA_PREPARE || step.op() == Op.VMA_COMPLETE;
    if (vma == null || step.mm() == null || changes || !step.sample().hasRange() || task.draft != null && task.draft.isFresh(vma)) {
      return;
    }
    int mm = number(step);
    long first = step.sample().start() >>> PAGE_SHIFT;
    long last = (step.sample().end() >>> PAGE_SHIFT) - 1;
    if (last >= first && !seen.get(mm).overlaps(first, last)) {
      seen.get(mm).add(first, last);
      mapped.add(new CapturedWorkload.Mapped(mm, first, last));
    }
  }
}
