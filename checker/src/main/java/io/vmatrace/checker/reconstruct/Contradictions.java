package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds of an mmap_lock that the capture itself contradicts: a task has one in user mode, takes the lock a second time, gives back what it
 * never took or took otherwise, or has one while another task holds the lock for writing. Either the kernel is broken there, or an event of
 * the task is missing that was to come in between. A VMA that is freed twice is no contradiction: what made another one in its place shows
 * by a return only, which a probe may miss ({@link KnownVma#showAgain}).
 */
final class Contradictions {
  private static final int MOST = 4_096;

  /**
   * Where in the capture an event is missing, if one is.
   *
   * @param since the last place before it
   * @param until the first place after it
   * @param stayedOn the CPU that the task did not leave, as far as sched_switch shows it, or null
   * @param task the task's pid
   * @param switches how many that CPU had when it ended
   */
  record Span(long since, long until, CpuSwitches.@Nullable Cpu stayedOn, int task, long switches) {}

  private final List<Span> spans = new ArrayList<>();
  private final CpuSwitches switches;

  Contradictions(CpuSwitches switches) {
    this.switches = switches;
  }

  /** A task is given an mmap_lock of which it has a hold already, or null. */
  void taken(KnownTask task, @Nullable KnownHold before, Moment now) {
    if (before != null) {
      add(task, before.acquired(), now);
    }
  }

  /** A task is in user mode, or was until now. */
  void inUserMode(KnownTask task, Moment now) {
    if (!task.holds().isEmpty()) {
      add(task, task.holds().getLast().acquired(), now);
    }
    task.inUserModeAt().set(now);
  }

  /** A task gives back the hold that it has, or is not known to have. */
  void released(KnownTask task, @Nullable KnownHold own, boolean write, Moment now) {
    if (own == null) {
      if (task.isHoldsKnown() && task.inUserModeAt().known()) {
        add(task, task.inUserModeAt(), now);
      }
      return;
    }
    if (own.isWrite() != write) {
      add(task, own.acquired(), now);
    }
    if (own.mm().holds().size() > 1) {
      heldByOthers(own, now);
    }
  }

  private void heldByOthers(KnownHold own, Moment now) {
    for (KnownHold other : own.mm().holds()) {
      boolean conflict = other.task() != own.task() && (other.isWrite() || own.isWrite());
      if (conflict && own.acquired().isEarlier(now) && other.acquired().surelyBefore(now)) {
        add(other.task(), other.acquired(), now);
      }
    }
  }

  private void add(KnownTask task, Moment since, Moment until) {
    CpuSwitches.Cpu stayedOn = task.seen.cpu() == since.cpu() ? switches.stayedOn(task, since.at()) : null;
    if (spans.size() < MOST) {
      spans.add(new Span(since.at(), until.at(), stayedOn, task.pid(), stayedOn == null ? 0 : stayedOn.switches()));
    }
  }

  /** What there is, in the order in which it was seen. */
  List<Span> spans() {
    return spans;
  }

  /**
   * Whether a CPU can lack the missing event: the task may have been there, unless it came to another one before and left that afterwards, and
   * all its switches are recorded.
   */
  boolean canBeOn(Span span, int cpu) {
    CpuSwitches.Cpu on = span.stayedOn;
    return on == null || on.number() == cpu || switches.isPartial(span.task) || on.switches() == span.switches;
  }
}
