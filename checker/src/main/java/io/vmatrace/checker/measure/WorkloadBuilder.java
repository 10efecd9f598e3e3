package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads each task's operations from a capture: from system calls, or for a task without any from the probes on munmap's parts.
 * Protections are not among the fields that are read, so mprotect() alternately grants and revokes the right to write: it splits and
 * merges, as most calls do.
 */
public final class WorkloadBuilder implements Analysis {
  /** madvise(): MADV_DONTNEED, include/uapi/asm-generic/mman-common.h. */
  private static final long MADV_DONTNEED = 4;

  private static final int READ = 1;

  /** More would not change the costs, and take memory. */
  private static final int MOST_OPERATIONS = 1_000_000;

  /** More than any mapping of user space has. */
  private static final long MOST_BYTES = 1L << 47;

  private static final class TaskSeen {
    private final List<Operation> operations = new ArrayList<>();
    private final Map<Long, Integer> mms = new LinkedHashMap<>();
    private boolean inCalls;
    private long length;
    private long gatheredFrom;
    private long gatheredEnd;
    private boolean allocates;
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

    /** The mm of most of its operations, or a number of its own that no mm has. */
    private long mm(int task) {
      return mms.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse((long) task);
    }
  }

  private final Map<Integer, TaskSeen> tasks = new LinkedHashMap<>();

  private int size() {
    return tasks.values().stream().mapToInt(task -> task.operations.size()).sum();
  }

  /** Until there are {@value #MOST_OPERATIONS} operations, more or less. */
  @Override
  public boolean batch(EventBatch events) {
    for (int i = 0; i < events.size(); i++) {
      if (!events.inInterrupt(i) && events.task(i) > 0) {
        apply(events, i);
      }
    }
    return size() < MOST_OPERATIONS;
  }

  @Override
  public void end(Pass pass) {
    // what was seen so far is all
  }

  private void apply(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    if (kind == PageFaultEvents.PAGE_FAULT_USER) {
      seen(events, i).add(Call.FAULT, events.value(i, Field.ADDRESS), Operation.PAGE);
    } else if (kind == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED) {
      seen(events, i).mms.merge(events.value(i, Field.MM), 1, Integer::sum);
    } else if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS || kind == VmaEvents.VM_AREA_ALLOC_RET || kind == MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS) {
      applyProbe(kind, seen(events, i), events, i);
    } else if (kind.source() == EventKind.Source.SYSCALL_ENTER || kind.source() == EventKind.Source.SYSCALL_EXIT) {
      applyCall(kind, seen(events, i), events, i);
    }
  }

  private TaskSeen seen(EventBatch events, int i) {
    return tasks.computeIfAbsent(events.task(i), _ -> new TaskSeen());
  }

  private static void applyCall(EventKind kind, TaskSeen task, EventBatch events, int i) {
    task.inCalls = true;
    if (kind == SyscallEvents.SYS_ENTER_MMAP) {
      task.length = events.value(i, Field.LENGTH);
    } else if (kind == SyscallEvents.SYS_EXIT_MMAP) {
      task.add(Call.MMAP, events.value(i, Field.RET), task.length);
      task.length = 0;
    } else if (kind == SyscallEvents.SYS_ENTER_MUNMAP) {
      task.add(Call.MUNMAP, events.value(i, Field.START), events.value(i, Field.LENGTH));
    } else if (kind == SyscallEvents.SYS_ENTER_MPROTECT) {
      task.writable = !task.writable;
      int prot = task.writable ? Operation.READ_WRITE : READ;
      task.add(Call.MPROTECT, events.value(i, Field.START), events.value(i, Field.LENGTH), prot);
    } else if (kind == SyscallEvents.SYS_ENTER_MADVISE) {
      if (events.value(i, Field.FLAGS) == MADV_DONTNEED) {
        task.add(Call.DONTNEED, events.value(i, Field.START), Operation.PAGE);
      }
    }
  }

  /** munmap gathers and completes; mmap over something gathers, allocates and completes. */
  private static void applyProbe(EventKind kind, TaskSeen task, EventBatch events, int i) {
    if (task.inCalls) {
      return;
    }
    if (kind == MunmapEvents.VMS_GATHER_MUNMAP_VMAS) {
      task.gatheredFrom = events.value(i, Field.START);
      task.gatheredEnd = events.value(i, Field.END);
      task.allocates = false;
    } else if (kind == VmaEvents.VM_AREA_ALLOC_RET) {
      task.allocates = true;
    } else {
      task.add(task.allocates ? Call.MMAP : Call.MUNMAP, task.gatheredFrom, task.gatheredEnd - task.gatheredFrom);
    }
  }

  /** The operations so far. Tasks without any are left out; mms are numbered in the order of their tasks. */
  public Workload build() {
    Map<Long, Integer> numbers = new HashMap<>();
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
