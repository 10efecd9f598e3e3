package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.OperationReader;
import io.vmatrace.checker.workload.OperationSink;
import io.vmatrace.checker.workload.VmaChange;
import io.vmatrace.parser.event.EventBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes each task's operations from a capture: from system calls, or for a task without any from what its write sections did.
 * Protections are not among the fields that are read, so mprotect() alternately grants and revokes the right to write: it splits and
 * merges, as most calls do.
 */
public final class WorkloadBuilder implements Analysis, OperationSink {
  /** madvise(): MADV_DONTNEED, include/uapi/asm-generic/mman-common.h. */
  private static final long MADV_DONTNEED = 4;

  private static final int READ = 1;

  /** More would not change the costs, and take memory. */
  private static final int MOST_OPERATIONS = 1_000_000;

  /** More than any mapping of user space has. */
  private static final long MOST_BYTES = 1L << 47;

  private static final class TaskSeen {
    private final List<Operation> operations = new ArrayList<>();
    private final Map<Integer, Integer> mms = new LinkedHashMap<>();
    private boolean inCalls;
    private boolean writable = true;

    private void add(Call call, long address, long length, int prot) {
      long from = call == Call.FAULT ? address : address & -Operation.PAGE;
      long whole = length + Operation.PAGE - 1 & -Operation.PAGE;
      if (from >= 0 && from < MOST_BYTES && whole > 0 && whole <= MOST_BYTES - from) {
        operations.add(new Operation(0, call, from, whole, prot));
      }
    }

    private void add(Call call, long address, long length) {
      add(call, address, length, Operation.READ_WRITE);
    }

    private void add(Call call, VmaChange range) {
      add(call, range.first() * Operation.PAGE, (range.last() - range.first() + 1) * Operation.PAGE);
    }

    /** The mm of most of its operations, or a number of its own that no mm has. */
    private int mm(int pid) {
      return mms.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse(-pid);
    }
  }

  private final OperationReader reader = new OperationReader(this);
  private final Map<Integer, TaskSeen> tasks = new LinkedHashMap<>();

  private int size() {
    return tasks.values().stream().mapToInt(task -> task.operations.size()).sum();
  }

  @Override
  public StepSink steps() {
    return reader;
  }

  /** Until there are {@value #MOST_OPERATIONS} operations, more or less. */
  @Override
  public boolean batch(EventBatch events) {
    return size() < MOST_OPERATIONS;
  }

  @Override
  public void end(Pass pass) {
    reader.finish();
  }

  private TaskSeen seen(int pid) {
    return tasks.computeIfAbsent(pid, _ -> new TaskSeen());
  }

  @Override
  public void enters(int pid, SystemCall call) {
    TaskSeen task = seen(pid);
    task.inCalls = true;
    switch (call.kind()) {
      case MUNMAP -> task.add(Call.MUNMAP, call.start(), call.length());
      case MPROTECT -> {
        task.writable = !task.writable;
        task.add(Call.MPROTECT, call.start(), call.length(), task.writable ? Operation.READ_WRITE : READ);
      }
      case MADVISE -> {
        if (call.flags() == MADV_DONTNEED) {
          task.add(Call.DONTNEED, call.start(), Operation.PAGE);
        }
      }
      default -> {}
    }
  }

  @Override
  public void returns(int pid, SystemCall call, long ret) {
    TaskSeen task = seen(pid);
    task.inCalls = true;
    if (call.kind() == SystemCall.Kind.MMAP) {
      task.add(Call.MMAP, ret, call.length());
    }
  }

  @Override
  public void operation(int pid, CapturedOperation operation) {
    TaskSeen task = seen(pid);
    if (operation.mm() != OperationReader.NO_MM) {
      task.mms.merge(operation.mm(), 1, Integer::sum);
    }
    if (operation.call() == CapturedOperation.Call.FAULT) {
      task.add(Call.FAULT, operation.page() * Operation.PAGE, Operation.PAGE);
    } else if (!task.inCalls) {
      changes(task, operation.changes());
    }
  }

  /** munmap() unmaps a range; mmap() over something replaces it. */
  private static void changes(TaskSeen task, List<VmaChange> changes) {
    for (VmaChange change : changes) {
      if (change.kind() == VmaChange.Kind.UNMAP) {
        task.add(Call.MUNMAP, change);
      } else if (change.kind() == VmaChange.Kind.REPLACE) {
        task.add(Call.MMAP, change);
      }
    }
  }

  /** The operations so far. Tasks without any are left out; mms are numbered in the order of their tasks. */
  public Workload build() {
    Map<Integer, Integer> numbers = new HashMap<>();
    List<List<Operation>> operations = new ArrayList<>();
    tasks.forEach((pid, task) -> {
      if (!task.operations.isEmpty()) {
        int mm = numbers.computeIfAbsent(task.mm(pid), _ -> numbers.size());
        operations.add(task.operations.stream().map(of -> new Operation(mm, of.call(), of.address(), of.length(), of.prot())).toList());
      }
    });
    return new Workload(operations);
  }
}
