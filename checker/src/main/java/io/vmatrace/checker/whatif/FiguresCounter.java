package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.MmStruct;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.TaskStruct;
import io.vmatrace.checker.engine.VmaLocking;
import io.vmatrace.checker.engine.Watch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what the steps of a {@link Simulation} show. Times are nanoseconds. */
final class FiguresCounter implements Watch {
  /** A wait, by what is waited for. */
  private enum Wait {
    MMAP_READ,
    MMAP_WRITE,
    READERS,
    DETACH
  }

  /** What a task is in the middle of. */
  private static final class Task {
    private Fallback reason = Fallback.NO_VMA_LOCK;
    private @Nullable Wait wait;
    private long asleepSince;
    private long detachingSince;
  }

  private record Range(long first, long last) {}

  private final Map<TaskStruct, Task> tasks = new HashMap<>();

  /** What is out of the tree in an mm and will have something else in its place. */
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
    switch (frame.program.name()) {
      case "do_user_addr_fault" -> faults(frame, step, task);
      case "lock_vma_under_rcu" -> looksUp(frame, step, task, holds);
      case "vma_start_read" -> startsRead(frame, step, task, holds);
      case "mmap_read_trylock" -> task.reason = step.name().equals("down_read_trylock") && frame.value == 0 ? Fallback.ANON_VMA : task.reason;
      case "vma_mark_detached" -> detaches += step.name().equals("refcount_dec") || step.name().equals("detached") || step.name().equals("refcount_set") ? 1 : 0;
      case "__vma_enter_locked", "__vma_start_exclude_readers" -> excludes(frame, step, task);
      case "__mmap_region", "__mmap_new_vma", "commit_merge" -> replaces(frame, step);
      default -> {}
    }
    if (step.kind() == Program.Kind.SLEEP && holds) {
      sleeps(frame, step, task);
    }
  }

  private void faults(Frame frame, Program.Step step, Task task) {
    switch (step.name()) {
      case "page_fault_user" -> {
        faults++;
        task.reason = Fallback.NO_VMA_LOCK;
      }
      case "find_vma" -> {
        if (frame.vma == null) {
          notMapped++;
        } else {
          fallbacks.merge(task.reason, 1L, Long::sum);
        }
      }
      case "set_pte" -> fast += frame.task.readLocked.contains(frame.vma()) ? 1 : 0;
      default -> {}
    }
  }

  private void looksUp(Frame frame, Program.Step step, Task task, boolean holds) {
    if (step.name().equals("mas_walk") && frame.vma == null) {
      Range hole = holes.get(frame.mm());
      boolean gap = hole != null && hole.first <= frame.first && frame.first <= hole.last;
      task.reason = gap ? Fallback.GAP : Fallback.NO_VMA;
      gaps += gap ? 1 : 0;
    } else if (holds && step.kind() == Program.Kind.TEST) {
      task.reason = step.name().equals("vm_mm") ? Fallback.OTHER_MM : Fallback.OUTSIDE;
    }
  }

  private void startsRead(Frame frame, Program.Step step, Task task, boolean holds) {
    switch (step.name()) {
      case "vm_lock_seq" -> task.reason = holds ? Fallback.WRITE_LOCKED : task.reason;
      case "vm_lock_seq_again" -> task.reason = holds ? Fallback.WRITE_LOCKED_MEANWHILE : task.reason;
      case "vm_mm" -> task.reason = holds ? Fallback.OTHER_MM : task.reason;
      case "down_read_trylock" -> task.reason = holds ? Fallback.SHUT_OUT : task.reason;
      case "stopped" -> task.reason = holds ? Fallback.STOPPED : task.reason;
      case "refcount_inc" -> {
        task.reason = frame.value == VmaLocking.REFUSED ? Fallback.SHUT_OUT : task.reason;
        retries += frame.value == VmaLocking.AGAIN ? 1 : 0;
      }
      case "detached", "mas_walk_again" -> retries += holds ? 1 : 0;
      default -> {}
    }
  }

  /** {@link Frame#flag}: for a detach, which is its second wait. */
  private void excludes(Frame frame, Program.Step step, Task task) {
    if (frame.flag && step.name().equals("prepare_to_rcuwait")) {
      task.detachingSince = now;
    } else if (frame.flag && step.name().equals("finish_rcuwait")) {
      windows.add(now - task.detachingSince);
    }
  }

  private void replaces(Frame frame, Program.Step step) {
    switch (step.name()) {
      case "vma_iter_clear_gfp" -> holes.put(frame.mm(), new Range(frame.first, frame.last));
      case "vma_iter_store" -> holes.remove(frame.mm());
      default -> {}
    }
  }

  private void sleeps(Frame frame, Program.Step step, Task task) {
    task.asleepSince = now;
    task.wait =
        switch (step.name()) {
          case "down_read" -> Wait.MMAP_READ;
          case "down_write" -> frame.program.name().equals("mmap_write_lock") ? Wait.MMAP_WRITE : Wait.READERS;
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
