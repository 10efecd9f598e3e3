package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.Rule.Absence;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.collections.impl.set.mutable.primitive.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts that rest on events of an mmap_lock that are not in the capture, until it shows that such events of the task and the mm were
 * being recorded: the next one comes before the same has happened again and again. Else a filter left them out, or they were off.
 */
final class Absences {
  /** So often the same may happen without an event of the absent kind in between. */
  private static final int FEW = 2;

  /** More are not kept: no kernel is broken so often while it works on. */
  private static final int MOST = 256;

  /** A verdict that waits. */
  private static final class Waiting {
    private final RuleTally tally;
    private final Found found;
    private final Absence absent;
    private final TaskState task;
    private final @Nullable MmState mm;

    /** Where in the capture the task was in user mode before. */
    private final long occasion;

    /** The hold that overlaps and has not ended; null where something else is absent. */
    private @Nullable Hold overlapping;

    /** Whether somebody has the lock that is said to be held for ever. */
    private boolean contradicted;

    /** Whether events of the absent kind seem to have been off. */
    private boolean off;

    Waiting(RuleTally tally, Found found, Absence absent, TaskState task, @Nullable MmState mm) {
      this.tally = tally;
      this.found = found;
      this.absent = absent;
      this.task = task;
      this.mm = mm;
      occasion = task.inUserModeAt().at();
    }

    private boolean isFor(Absence shown, Step step) {
      return overlapping == null && absent == shown && task == step.task() && mm == step.mm();
    }

    private void conclude(boolean definite, Unsettled otherwise) {
      if (definite && !off) {
        tally.add(found);
      } else {
        tally.unsettled(found.possible(), otherwise);
      }
    }
  }

  private final List<Waiting> waiting = new ArrayList<>();

  /** The occasions since the last event of each kind. */
  private final Map<Absence, LongHashSet> runs = new EnumMap<>(Absence.class);

  /** A verdict for want of an event. */
  void await(RuleTally tally, Found found, Absence absent, Step step, @Nullable MmState mm) {
    Waiting verdict = new Waiting(tally, found, absent, step.task(), mm);
    noteRun(verdict);
    add(verdict);
  }

  /** A verdict on two holds, of which the other has not ended. */
  void await(RuleTally tally, Found found, Hold overlapping) {
    Waiting verdict = new Waiting(tally, found, Absence.RELEASE, overlapping.task(), overlapping.mm());
    verdict.overlapping = overlapping;
    add(verdict);
  }

  /** What is absent again and again, of any task, with nothing of the kind in between: it was off. */
  private void noteRun(Waiting verdict) {
    LongHashSet run = runs.computeIfAbsent(verdict.absent, _ -> new LongHashSet());
    run.add(verdict.occasion);
    if (run.size() > FEW) {
      waiting.stream().filter(other -> other.overlapping == null && other.absent == verdict.absent).forEach(other -> other.off = true);
      verdict.off = true;
    }
  }

  private void add(Waiting verdict) {
    if (waiting.size() < MOST) {
      waiting.add(verdict);
    } else {
      verdict.conclude(false, Unsettled.EVENTS_ABSENT);
    }
  }

  /** A step that the rules have seen, and that has not taken effect. */
  void look(Step step) {
    if (runs.isEmpty() && waiting.isEmpty()) {
      return;
    }
    switch (step.op()) {
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> runs.remove(Absence.ACQUISITION);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> runs.remove(Absence.RELEASE);
      default -> {}
    }
    if (!waiting.isEmpty()) {
      switch (step.op()) {
        case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> acquired(step);
        case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> {
          conclude(verdict -> isOverlapping(verdict, step), true);
          shown(Absence.RELEASE, step);
        }
        case SYSCALL_ENTER, SYSCALL_EXIT -> inUserMode(step);
        case PAGE_FAULT -> {
          if (step.isUserFault()) {
            inUserMode(step);
          }
        }
        default -> {}
      }
    }
  }

  private void acquired(Step step) {
    shown(Absence.ACQUISITION, step);
    conclude(verdict -> isOverlapping(verdict, step), false);
    waiting.stream().filter(verdict -> verdict.mm == step.mm()).forEach(verdict -> verdict.contradicted = true);
  }

  private void inUserMode(Step step) {
    conclude(verdict -> verdict.overlapping != null && verdict.task == step.task(), false);
  }

  /** Whether the step ends the hold that overlaps, or begins another in its place. */
  private static boolean isOverlapping(Waiting verdict, Step step) {
    return verdict.overlapping != null && verdict.task == step.task() && verdict.mm == step.mm();
  }

  private void shown(Absence absent, Step step) {
    boolean few = isFew(verdict -> verdict.isFor(absent, step));
    conclude(verdict -> verdict.isFor(absent, step), few);
  }

  private boolean isFew(Predicate<Waiting> which) {
    return waiting.stream().filter(which).mapToLong(verdict -> verdict.occasion).distinct().count() <= FEW;
  }

  private void conclude(Predicate<Waiting> which, boolean definite) {
    for (Iterator<Waiting> i = waiting.iterator(); i.hasNext(); ) {
      Waiting verdict = i.next();
      if (which.test(verdict)) {
        i.remove();
        verdict.conclude(definite, Unsettled.EVENTS_ABSENT);
      }
    }
  }

  /** Events may be missing after a place. */
  void lost(long afterAt) {
    for (Waiting verdict : waiting) {
      verdict.tally.add(verdict.found.at() <= afterAt && !verdict.off && standsAtTheEnd(verdict) ? verdict.found : verdict.found.possible());
    }
    waiting.clear();
  }

  /** There are no more events. */
  void end() {
    for (Waiting verdict : waiting) {
      boolean few = isFew(other -> other.absent == verdict.absent && other.mm == verdict.mm);
      verdict.conclude(standsAtTheEnd(verdict), few && !verdict.contradicted ? Unsettled.AT_THE_END : Unsettled.EVENTS_ABSENT);
    }
    waiting.clear();
  }

  /** A lock that is never given back may well be what ends a capture; that a lock is taken again never shows then. */
  private boolean standsAtTheEnd(Waiting verdict) {
    if (verdict.overlapping != null) {
      return true;
    }
    boolean few = isFew(other -> other.overlapping == null && other.absent == Absence.RELEASE && other.mm == verdict.mm);
    return verdict.absent == Absence.RELEASE && !verdict.contradicted && few;
  }
}
