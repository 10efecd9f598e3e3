package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds of an mmap_lock that the capture itself contradicts: a task has one in user mode, takes the lock a second time, gives back what it
 * never took or took otherwise, or has one while another task holds the lock for writing. Either the kernel is broken there, or an event of
 * the task is missing that was to come in between.
 */
final class Contradictions {
  private static final int MOST = 4_096;

  /**
   * Where in the capture an event is missing, if one is.
   *
   * @param since the last place before it
   * @param until the first place after it
   * @param cpu the only CPU on which it can have been, or -1
   */
  record Span(long since, long until, int cpu) {}

  private final List<Span> spans = new ArrayList<>();
  private boolean switchesSeen;

  /** Looks at a step, before its effect is applied. */
  void look(Step step) {
    KnownTask task = (KnownTask) step.task();
    switch (step.op()) {
      case SYSCALL_ENTER, SYSCALL_EXIT -> inUserMode(task, step.moment());
      case PAGE_FAULT -> {
        if (step.isUserFault()) {
          inUserMode(task, step.moment());
        }
      }
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> {
        KnownHold hold = task.holdOf(step.mm());
        if (hold != null) {
          add(task, hold.acquired(), step.moment());
        }
      }
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> released(task, step);
      default -> {}
    }
  }

  /** A task leaves its CPU. */
  void left(KnownTask task, long at) {
    switchesSeen = true;
    task.leftAt = at;
  }

  private void inUserMode(KnownTask task, Moment now) {
    if (!task.holds().isEmpty()) {
      add(task, task.holds().getLast().acquired(), now);
    }
    task.inUserModeAt().set(now);
  }

  private void released(KnownTask task, Step step) {
    KnownHold own = task.holdOf(step.mm());
    if (own == null) {
      if (task.isHoldsKnown() && task.inUserModeAt().known()) {
        add(task, task.inUserModeAt(), step.moment());
      }
      return;
    }
    if (own.isWrite() != (step.op() == Op.MMAP_WRITE_UNLOCK)) {
      add(task, own.acquired(), step.moment());
    }
    for (KnownHold other : own.mm().holds()) {
      boolean conflict = other.task() != task && (other.isWrite() || own.isWrite());
      if (conflict && own.acquired().isEarlier(step.moment()) && other.acquired().surelyBefore(step.moment())) {
        add(other.task(), other.acquired(), step.moment());
      }
    }
  }

  private void add(KnownTask task, Moment since, Moment until) {
    boolean stayed = task.leftAt < since.at() && task.cpu() == since.cpu();
    if (spans.size() < MOST) {
      spans.add(new Span(since.at(), until.at(), stayed ? since.cpu() : -1));
    }
  }

  /** What there is, in the order in which it was seen. */
  List<Span> spans() {
    return spans;
  }

  /** Whether a CPU can lack the missing event: the task may have been there, unless its CPU was seen and no switch away from it. */
  boolean canBeOn(Span span, int cpu) {
    return !switchesSeen || span.cpu < 0 || span.cpu == cpu;
  }
}
