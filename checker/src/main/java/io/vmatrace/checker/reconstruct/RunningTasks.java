package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.util.Arrays;
import org.eclipse.collections.impl.set.mutable.primitive.IntHashSet;

/**
 * Which task runs on each CPU, as sched_switch shows it. Where another one is switched away from, and no switch to it was seen, events of
 * that CPU are missing, if the task that was there before was seen to be switched away from elsewhere: a pid file, perf -p or a filter may
 * leave out the switches of a task whose other events are recorded.
 */
final class RunningTasks {
  private static final int MOST_CPUS = 1 << 15;

  /** So many switches must fit for one that is missing: a filter on whom sched_switch switches to leaves out more. */
  private static final long FITTING = 4;

  /** Of so many tasks it is kept that their switches are recorded; then of none any more. */
  private static final int MOST_TASKS = 1 << 15;

  private static final int UNKNOWN = -1;

  /** A CPU, and what was seen of it. */
  private static final class Cpu {
    private int running = UNKNOWN;

    /** Whether an event of that task's own was seen there since. */
    private boolean active;

    /** Where in the capture its last event is, and its time. */
    private long lastAt;

    private long lastTime;

    /** The task that gave the CPU away last, of which no event was seen there since. */
    private int left = UNKNOWN;

    /** The task that ran there before this one, to which no switch was seen. */
    private int replaced = UNKNOWN;

    /** Where that one's last event of its own is, or 0. */
    private long replacedAt;

    /** Whether a task has given the CPU away and nothing else was seen there since: it is current until the switch that sched_switch announces. */
    boolean isLeaving(int task) {
      return task == left && !active;
    }

    /** An event of a task that is not a switch. */
    void runs(int task, boolean inOrder) {
      if (task == replaced || !inOrder) {
        keep();
      } else if (task != running && replaced == UNKNOWN) {
        replaced = running;
        replacedAt = active ? lastAt : 0;
      }
      running = task;
      active = task > 0;
    }

    /** Which task must have left the CPU unseen where another one gives it away now, or {@link #UNKNOWN}. */
    int leftBefore(int task, boolean inOrder) {
      if (task == replaced || !inOrder) {
        return UNKNOWN;
      }
      boolean fits = task == running || !active;
      return replacedAt > 0 ? replaced : fits ? UNKNOWN : running;
    }

    /** Where that one's last event is. */
    long leftAfter() {
      return replacedAt > 0 ? replacedAt : lastAt;
    }

    /** A task gives the CPU to the next. */
    void switches(int task, int next) {
      running = next;
      left = task;
      active = false;
      keep();
    }

    /** The task that runs is the one to which the CPU switched. */
    private void keep() {
      replaced = UNKNOWN;
      replacedAt = 0;
    }

    void event(long at, long time) {
      lastAt = at;
      lastTime = time;
    }
  }

  /** The tasks that were seen to give a CPU away: of others that may not be recorded. */
  private final IntHashSet leaving = new IntHashSet();

  private Cpu[] cpus = new Cpu[0];
  private boolean switchesSeen;
  private long fitting;
  private long missing;
  private long missingSince = Long.MAX_VALUE;

  /**
   * After which place events of a CPU are missing, as an event of a task on it shows; -1 when it shows nothing of that. None does before the
   * first switch, which most captures do not have: what comes after it is apart.
   */
  long tornSince(EventKind kind, EventBatch events, int i) {
    boolean switches = kind == SchedEvents.SCHED_SWITCH;
    switchesSeen |= switches;
    return switchesSeen ? seen(kind, switches, events, i) : -1;
  }

  private long seen(EventKind kind, boolean switches, EventBatch events, int i) {
    int number = events.cpu(i);
    int task = events.task(i);
    if (number < 0 || number >= MOST_CPUS || task < 0) {
      return -1;
    }
    Cpu cpu = cpu(number);
    long time = events.time(i);
    long since = -1;
    if (switches) {
      since = switched(cpu, task, (int) events.value(i, Field.PID), time);
    } else if (!isContention(kind) || !cpu.isLeaving(task)) {
      cpu.runs(task, cpu.lastTime <= time);
    }
    if (kind == SchedEvents.SCHED_PROCESS_EXIT) {
      leaving.remove(task); // perf's events of a task end before it leaves for good: perf_event_exit_task() in do_exit() (kernel/exit.c, 6.18)
    }
    cpu.event(events.at(i), time);
    return since;
  }

  /** A task may wait for a spinlock while it is being switched away from (kernel/sched/core.c __schedule(), 6.18). */
  private static boolean isContention(EventKind kind) {
    return kind == ContentionEvents.CONTENTION_BEGIN || kind == ContentionEvents.CONTENTION_END;
  }

  /** Whether a task does that also while it waits for a lock. */
  static boolean isWaiting(EventKind kind) {
    return kind == SchedEvents.SCHED_SWITCH || isContention(kind);
  }

  private long switched(Cpu cpu, int task, int next, long time) {
    fitting += cpu.running == task && cpu.replaced == UNKNOWN ? 1 : 0;
    if (leaving.contains(cpu.leftBefore(task, cpu.lastTime <= time))) {
      missing++;
      missingSince = Math.min(missingSince, cpu.leftAfter());
    }
    cpu.switches(task, next);
    if (leaving.size() == MOST_TASKS) {
      leaving.clear();
    }
    leaving.add(task);
    if (missingSince == Long.MAX_VALUE || fitting < FITTING * missing) {
      return -1;
    }
    long torn = missingSince;
    missingSince = Long.MAX_VALUE;
    return torn;
  }

  private Cpu cpu(int number) {
    if (number >= cpus.length) {
      int known = cpus.length;
      cpus = Arrays.copyOf(cpus, Math.max(16, Integer.highestOneBit(number) * 2));
      for (int i = known; i < cpus.length; i++) {
        cpus[i] = new Cpu();
      }
    }
    return cpus[number];
  }

  /** What runs is not known any more: the capture says that events are missing, or another one begins. */
  void forget() {
    cpus = new Cpu[0];
  }
}
