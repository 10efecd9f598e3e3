package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.MmStruct;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.TaskStruct;
import io.vmatrace.checker.engine.VmaLocking;
import io.vmatrace.checker.engine.Watch;
import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what the steps of a {@link Simulation} show. Times are nanoseconds. */
final class FiguresCounter implements Watch {
  /** A wait, by its cause. */
  private enum Wait {
    MMAP_READ,
    MMAP_WRITE,
    READERS,
    DETACH
  }

  /** A task's operation under way. */
  private static final class Task {
    private Fallback reason = Fallback.NO_VMA_LOCK;
    private @Nullable Wait wait;
    private long asleepSince;
    private long detachingSince;
  }

  private record Range(long first, long last) {}

  private final Map<TaskStruct, Task> tasks = new HashMap<>();

  /** Ranges of an mm that are out of the tree and will be replaced. */
  private final Map<MmStruct, Range> holes = new HashMap<>();

  private final Map<Fallback, Long> fallbacks = new EnumMap<>(Fallback.class);
  private final Map<Wait, Long> waits = new EnumMap<>(Wait.class);
  private final Map<Wait, Long> waited = new EnumMap<>(Wait.class);
  private final List<Long> windows = new ArrayList<>();
  private long faults;
  private long fast;
  private long notMapped;
  private long retries;
  private long detaches;
  private long gaps;
  private long now;

  /** The time at which the next steps are done. */
  void at(long time) {
    now = time;
  }

  @Override
  public void did(Frame frame, Program.Step step, boolean holds) {
    Task task = tasks.computeIfAbsent(frame.task, _ -> new Task());
    switch (frame.program.id()) {
      case DO_USER_ADDR_FAULT -> faults(frame, step, task);
      case LOCK_VMA_UNDER_RCU -> looksUp(frame, step, task, holds);
      case VMA_START_READ -> startsRead(frame, step, task, holds);
      case MMAP_READ_TRYLOCK -> task.reason = step.id() == StepId.DOWN_READ_TRYLOCK && frame.value == 0 ? Fallback.ANON_VMA : task.reason;
      case VMA_MARK_DETACHED -> detaches += step.id() == StepId.REFCOUNT_DEC || step.id() == StepId.DETACHED || step.id() == StepId.REFCOUNT_SET ? 1 : 0;
      case VMA_ENTER_LOCKED, VMA_START_EXCLUDE_READERS -> excludes(frame, step, task);
      case MMAP_REGION, MMAP_NEW_VMA, COMMIT_MERGE -> replaces(frame, step);
      default -> {}
    }
    if (step.kind() == Program.Kind.SLEEP && holds) {
      sleeps(frame, step, task);
    }
  }

  private void faults(Frame frame, Program.Step step, Task task) {
    switch (step.id()) {
      case PAGE_FAULT_USER -> {
        faults++;
        task.reason = Fallback.NO_VMA_LOCK;
      }
      case FIND_VMA -> {
        if (frame.vma == null) {
          notMapped++;
        } else {
          fallbacks.merge(task.reason, 1L, Long::sum);
        }
      }
      case SET_PTE -> fast += frame.task.readLocked.contains(frame.vma()) ? 1 : 0;
      default -> {}
    }
  }

  private void looksUp(Frame frame, Program.Step step, Task task, boolean holds) {
    if (step.id() == StepId.MAS_WALK && frame.vma == null) {
      Range hole = holes.get(frame.mm());
      boolean gap = hole != null && hole.first <= frame.first && frame.first <= hole.last;
      task.reason = gap ? Fallback.GAP : Fallback.NO_VMA;
      gaps += gap ? 1 : 0;
    } else if (holds && step.kind() == Program.Kind.TEST) {
      task.reason = step.id() == StepId.VM_MM ? Fallback.OTHER_MM : Fallback.OUTSIDE;
    }
  }

  private void startsRead(Frame frame, Program.Step step, Task task, boolean holds) {
    switch (step.id()) {
      case VM_LOCK_SEQ -> task.reason = holds ? Fallback.WRITE_LOCKED : task.reason;
      case VM_LOCK_SEQ_AGAIN -> task.reason = holds ? Fallback.LOCKED_DURING_LOOK_UP : task.reason;
      case VM_MM -> task.reason = holds ? Fallback.OTHER_MM : task.reason;
      case DOWN_READ_TRYLOCK -> task.reason = holds ? Fallback.WRITER_WAITING : task.reason;
      case STOPPED -> task.reason = holds ? Fallback.READERS_STOPPED : task.reason;
      case REFCOUNT_INC -> {
        task.reason = frame.value == VmaLocking.REFUSED ? Fallback.WRITER_WAITING : task.reason;
        retries += frame.value == VmaLocking.AGAIN ? 1 : 0;
      }
      case DETACHED, MAS_WALK_AGAIN -> retries += holds ? 1 : 0;
      default -> {}
    }
  }

  /** {@link Frame#flag} is set for a detach: its second wait. */
  private void excludes(Frame frame, Program.Step step, Task task) {
    if (frame.flag && step.id() == StepId.PREPARE_TO_RCUWAIT) {
      task.detachingSince = now;
    } else if (frame.flag && step.id() == StepId.FINISH_RCUWAIT) {
      windows.add(now - task.detachingSince);
    }
  }

  private void replaces(Frame frame, Program.Step step) {
    switch (step.id()) {
      case VMA_ITER_CLEAR_GFP -> holes.put(frame.mm(), new Range(frame.first, frame.last));
      case VMA_ITER_STORE -> holes.remove(frame.mm());
      default -> {}
    }
  }

  private void sleeps(Frame frame, Program.Step step, Task task) {
    task.asleepSince = now;
    task.wait =
        switch (step.id()) {
          case DOWN_READ -> Wait.MMAP_READ;
          case DOWN_WRITE -> frame.program.id() == ProgramId.MMAP_WRITE_LOCK ? Wait.MMAP_WRITE : Wait.READERS;
          default -> frame.flag ? Wait.DETACH : Wait.READERS;
        };
  }

  /** A task that slept runs again. */
  void woken(TaskStruct woken) {
    Task task = tasks.get(woken);
    if (task != null && task.wait != null) {
      waits.merge(task.wait, 1L, Long::sum);
      waited.merge(task.wait, now - task.asleepSince, Long::sum);
      task.wait = null;
    }
  }

  Figures figures(String variant, @Nullable String broken) {
    long[] sorted = windows.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Figures(
        variant, faults, fast, notMapped, fallbacks, retries, detaches,
        new Figures.SecondWaits(sorted.length, at(sorted, 0.5), at(sorted, 1)),
        gaps, waits(Wait.READERS), waits(Wait.MMAP_READ), waits(Wait.MMAP_WRITE), broken);
  }

  private static long at(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }

  private Figures.Waits waits(Wait of) {
    return new Figures.Waits(waits.getOrDefault(of, 0L), waited.getOrDefault(of, 0L));
  }
}
