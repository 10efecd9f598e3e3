package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.Rule.Absence;
import io.vmatrace.parser.event.Op;
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
  private static final int MOST = 4_096;

  /**
   * So many of one rule wait for an event of a kind to show that it was on: each event of that kind looks at all of them. Of one rule, for one that
   * is not of the kernel's design may find what it looks for again and again, and must not take the others' room.
   */
  private static final int MOST_SILENT = 64;

  private static final String LOST = "events are missing after it, which may show that others were missing before";

  private final List<WaitingVerdict> waiting = new ArrayList<>();
  private final Silences silences = new Silences();

  /** Verdicts that stand if the events that are absent were on, which has not shown yet. */
  private final List<WaitingVerdict> silent = new ArrayList<>();

  /** Whether events of the mmap_lock seem to have been off, for some time or of some tasks. */
  private boolean absent;

  /** The occasions since the last event of each kind. */
  private final Map<Absence, LongHashSet> runs = new EnumMap<>(Absence.class);

  /** Whether no verdict waits and nothing is absent, as in most captures. */
  private boolean idle = true;

  /** A verdict for want of an event. */
  void await(RuleTally tally, Found found, Absence absent, Step step, @Nullable MmState mm) {
    WaitingVerdict verdict = new WaitingVerdict(tally, found, absent, step.task(), mm);
    verdict.silence = silences.of(absent, step);
    verdict.inOneCall &= step.op() != Op.SYSCALL_ENTER;
    verdict.gone = step.op() == Op.TASK_DIES;
    verdict.off = waiting.stream().anyMatch(other -> isAbsentBefore(other, verdict));
    noteRun(verdict);
    add(verdict);
  }

  /** Whether another release of the mmap_lock is missing, and none came since: its task took it again, which it can if it does not hold it. */
  private static boolean isAbsentBefore(WaitingVerdict other, WaitingVerdict verdict) {
    boolean again = other.overlapping == null && other.contradicted && other.absent == Absence.RELEASE && verdict.absent == Absence.RELEASE;
    return again && other.task == verdict.task && other.mm == verdict.mm && other.found.at() < verdict.found.at();
  }

  /** A verdict that rests on a hold that has not ended: only its end shows that it was one hold to that place, and not the last one of several. */
  void await(RuleTally tally, Found found, Hold overlapping, TaskState finder, Silences.Silence silence) {
    WaitingVerdict verdict = waitingFor(overlapping, tally, found);
    verdict.finder = finder;
    verdict.silence = silence;
    add(verdict);
  }

  /** A verdict that may rest on the absence of another event of a task. */
  void await(RuleTally tally, Found found, TaskState task, Silences.Silence silence) {
    WaitingVerdict verdict = new WaitingVerdict(tally, found, Absence.ACQUISITION, task, null);
    verdict.silence = silence;
    concludeWhenShown(verdict, true);
  }

  /** The silence in which an event is absent that a verdict may rest on. */
  Silences.Silence silence(Found found, Step step) {
    return silences.of(found.restsOn(), step);
  }

  /**
   * A verdict that rests on two holds of which neither may be with the other.
   *
   * @param crossing whether the hold began before the other one and ends inside of that
   */
  void awaitOverlap(RuleTally tally, Found found, Hold overlapping, boolean crossing, Step step) {
    WaitingVerdict verdict = waitingFor(overlapping, tally, found);
    verdict.crossing = crossing;
    verdict.overlap = true;
    verdict.longUnended = silences.isLongWithoutRelease(overlapping, step);
    add(verdict);
    noteOverlaps(overlapping);
  }

  private static WaitingVerdict waitingFor(Hold overlapping, RuleTally tally, Found found) {
    WaitingVerdict verdict = new WaitingVerdict(tally, found, Absence.RELEASE, overlapping.task(), overlapping.mm());
    verdict.overlapping = overlapping;
    return verdict;
  }

  /** A lock that others take again and again in one hold, as the capture has it, is not held: its release is missing, and perhaps more. */
  private void noteOverlaps(Hold hold) {
    List<WaitingVerdict> same = waiting.stream().filter(other -> other.overlap && other.overlapping == hold).toList();
    if (same.stream().mapToLong(other -> other.found.at()).distinct().count() > FEW) {
      absent = true;
      same.forEach(other -> other.off = true);
    }
  }

  /** What is absent again and again, of any task, with nothing of the kind in between: it was off. */
  private void noteRun(WaitingVerdict verdict) {
    idle = false;
    LongHashSet run = runs.computeIfAbsent(verdict.absent, _ -> new LongHashSet());
    run.add(verdict.occasion);
    if (run.size() > FEW) {
      absent = true;
      waiting.stream().filter(other -> other.overlapping == null && other.absent == verdict.absent).forEach(other -> other.off = true);
      verdict.off = true;
    }
  }

  private void add(WaitingVerdict verdict) {
    if (waiting.size() < MOST) {
      idle = false;
      waiting.add(verdict);
    } else {
      verdict.conclude(false, Unsettled.EVENTS_ABSENT);
    }
  }

  /** A step that the rules have seen, and that has not taken effect. */
  void look(Step step) {
    Silences.Kind kind = Silences.Kind.of(step.op());
    if (!idle) {
      settle(step, kind);
    }
    if (kind != null) {
      silences.note(kind, step);
    }
  }

  private void settle(Step step, Silences.@Nullable Kind kind) {
    if (kind != null) {
      shown(step, kind);
    }
    waiting.forEach(verdict -> verdict.see(step));
    switch (step.op()) {
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> runs.remove(Absence.ACQUISITION);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> runs.remove(Absence.RELEASE);
      default -> {}
    }
    if (!waiting.isEmpty()) {
      switch (step.op()) {
        case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> acquired(step);
        case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> {
          conclude(step, verdict -> isOverlapping(verdict, step), verdict -> isAsHeld(verdict, step));
          shown(Absence.RELEASE, step);
        }
        case SYSCALL_ENTER -> inUserMode(step);
        case SYSCALL_EXIT -> {
          conclude(step, verdict -> verdict.closed && verdict.task == step.task(), _ -> true);
          inUserMode(step);
        }
        case PAGE_FAULT -> {
          if (step.isUserFault()) {
            inUserMode(step);
          }
        }
        default -> {}
      }
    }
    idle = runs.isEmpty() && waiting.isEmpty() && silent.isEmpty();
  }

  /** The next event of a task's mmap_lock: what was absent until then was on, if it comes soon enough. */
  private void shown(Step step, Silences.Kind kind) {
    long now = step.moment().time();
    waiting.forEach(verdict -> verdict.silence.note(kind, step.task(), now));
    for (Iterator<WaitingVerdict> i = silent.iterator(); i.hasNext(); ) {
      WaitingVerdict verdict = i.next();
      verdict.silence.note(kind, step.task(), now);
      if (verdict.silence.isOver()) {
        i.remove();
        verdict.conclude(true, verdict.silence.unsettled());
      }
    }
  }

  private void concludeWhenShown(WaitingVerdict verdict, boolean definite) {
    if (!definite || verdict.off || verdict.silence.isOver()) {
      verdict.conclude(definite, verdict.silence.unsettled());
    } else if (silent.stream().filter(other -> other.tally == verdict.tally).count() < MOST_SILENT) {
      idle = false;
      silent.add(verdict);
    } else {
      verdict.conclude(false, verdict.silence.unsettled());
    }
  }

  private void acquired(Step step) {
    shown(Absence.ACQUISITION, step);
    conclude(step, verdict -> isOverlapping(verdict, step), _ -> false);
    waiting.stream().filter(verdict -> verdict.mm == step.mm()).forEach(verdict -> verdict.contradicted = true);
  }

  private void inUserMode(Step step) {
    conclude(step, verdict -> verdict.overlapping != null && !verdict.closed && verdict.task == step.task(), _ -> false);
  }

  /** Whether the step ends the hold that overlaps, or begins another in its place. */
  private static boolean isOverlapping(WaitingVerdict verdict, Step step) {
    return verdict.overlapping != null && !verdict.closed && verdict.task == step.task() && verdict.mm == step.mm();
  }

  private void shown(Absence absent, Step step) {
    boolean few = isFew(verdict -> verdict.isFor(absent, step));
    conclude(step, verdict -> verdict.isFor(absent, step), _ -> few);
  }

  private boolean isFew(Predicate<WaitingVerdict> which) {
    return waiting.stream().filter(which).mapToLong(verdict -> verdict.occasion).distinct().count() <= FEW;
  }

  /** Whether the step ends the hold as it is. */
  private static boolean isAsHeld(WaitingVerdict verdict, Step step) {
    return verdict.overlapping != null && verdict.overlapping.isWrite() == (step.op() == Op.MMAP_WRITE_UNLOCK);
  }

  private void conclude(Step step, Predicate<WaitingVerdict> which, Predicate<WaitingVerdict> definite) {
    for (Iterator<WaitingVerdict> i = waiting.iterator(); i.hasNext(); ) {
      WaitingVerdict verdict = i.next();
      if (which.test(verdict)) {
        if (verdict.found.restsOn().contains(Fact.CLOCKS_AGREE_AT_THE_END) && verdict.overlapping != null && verdict.finder != verdict.task) {
          verdict.found.doubt().order().endsAt(step.moment());
        }
        boolean stands = definite.test(verdict) && (verdict.inOneCall || verdict.isOneHold()) && !verdict.isQuiet();
        verdict.closed |= stands;
        if (!stands || verdict.isOneHold() || isAtTheEndOfACall(step)) {
          i.remove();
          concludeWhenShown(verdict, stands);
        }
      }
    }
  }

  /** Whether a system call of the task ends that was seen to begin, or that began before it was seen. */
  private static boolean isAtTheEndOfACall(Step step) {
    return step.op() == Op.SYSCALL_EXIT;
  }

  /** Events may be missing after a place. */
  void lost(long afterAt) {
    for (WaitingVerdict verdict : waiting) {
      boolean stands = verdict.found.at() <= afterAt && verdict.silence.isOver() && !verdict.off && !verdict.silence.isLong() && standsAtTheEnd(verdict);
      verdict.tally.add(stands ? verdict.found : verdict.found.possible(LOST));
    }
    silent.forEach(verdict -> verdict.tally.add(verdict.found.possible(LOST)));
    silent.clear();
    waiting.clear();
  }

  /** There are no more events. */
  void end() {
    for (WaitingVerdict verdict : waiting) {
      boolean few = isFew(other -> other.absent == verdict.absent && other.mm == verdict.mm);
      boolean undecided = few && !absent && !verdict.contradicted && !verdict.isPassed();
      verdict.conclude(verdict.silence.isOver() && standsAtTheEnd(verdict), undecided ? Unsettled.AT_THE_END : Unsettled.EVENTS_ABSENT);
    }
    waiting.clear();
    silent.forEach(verdict -> verdict.conclude(verdict.found.doubt().isAbsenceProved(), verdict.silence.unsettled()));
    silent.clear();
  }

  /** For how long tasks had no events of a kind, and what those have shown. */
  Silences silences() {
    return silences;
  }

  /** Whether events of the mmap_lock are missing again and again: nothing that rests on them is certain then. */
  boolean areEventsAbsent() {
    return absent;
  }

  /** A lock that is never given back may well be what ends a capture; that a lock is taken again never shows then. */
  private boolean standsAtTheEnd(WaitingVerdict verdict) {
    if (verdict.isQuiet()) {
      return false;
    }
    if (verdict.isOneHold()) {
      return true;
    }
    boolean whole = verdict.inOneCall && verdict.task.isCallsRecorded();
    if (verdict.closed || !whole) {
      return whole && !verdict.longUnended;
    }
    if (verdict.overlapping != null) {
      return verdict.seenSince && !verdict.longUnended && silences.isReleaseSeen(verdict.task);
    }
    boolean few = isFew(other -> other.overlapping == null && other.absent == Absence.RELEASE && other.mm == verdict.mm);
    return verdict.absent == Absence.RELEASE && !verdict.contradicted && few;
  }
}
