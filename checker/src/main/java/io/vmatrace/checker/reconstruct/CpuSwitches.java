package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.set.mutable.primitive.IntHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks stay on their CPUs, as sched_switch shows it. Where the switches of a task are recorded in part only (perf -p, an event filter),
 * one leaves it to which the one before on that CPU did not switch, or one to it is followed by one that leaves another task; then none
 * proves that it stayed.
 */
final class CpuSwitches {
  /** So many switches of a CPU must have come before one proves anything. */
  private static final long SOME = 4;

  /** Of so many tasks it is kept that switches are missing; then any task's may be. */
  private static final int MOST_TASKS = 1 << 15;

  /** A CPU. */
  static final class Cpu {
    private final int number;
    private int running = -1;

    /** Where in the capture it was switched to that. */
    private long since;

    private long switches;

    private Cpu(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    /** How many there were. */
    long switches() {
      return switches;
    }
  }

  private final IntObjectHashMap<Cpu> cpus = new IntObjectHashMap<>();
  private final IntHashSet partial = new IntHashSet();

  /** A task leaves its CPU to another one. */
  void left(KnownTask task, int next, Moment now) {
    Cpu cpu = cpus.getIfAbsentPutWithKey(now.cpu(), Cpu::new);
    if (cpu.running >= 0 && cpu.running != task.pid() && partial.size() < MOST_TASKS) {
      partial.add(cpu.running);
      partial.add(task.pid());
    }
    cpu.running = next;
    cpu.since = now.at();
    cpu.switches++;
  }

  /**
   * The CPU that a task, which is there, has not left since a place in the capture, as far as switches were recorded until now; null where
   * they don't show that.
   */
  @Nullable Cpu stayedOn(KnownTask task, long since) {
    Cpu cpu = cpus.get(task.seen.cpu());
    return cpu != null && cpu.running == task.pid() && cpu.since <= since ? cpu : null;
  }

  /** Whether there was one. */
  boolean areSeen() {
    return cpus.notEmpty();
  }

  /** Whether switches of a task are missing. */
  boolean isPartial(int task) {
    return partial.contains(task) || partial.size() >= MOST_TASKS;
  }

  /** Whether a task may have been on another CPU since a place in the capture. */
  boolean mayHaveBeenElsewhere(KnownTask task, long since) {
    Cpu cpu = stayedOn(task, since);
    return cpu == null || isPartial(task.pid()) || cpu.switches <= SOME;
  }
}
