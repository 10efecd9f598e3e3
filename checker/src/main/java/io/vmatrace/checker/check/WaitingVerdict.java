package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.Rule.Absence;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** A verdict that rests on the absence of events, or on a hold that has not ended, and waits until that is certain ({@link Absences}). */
final class WaitingVerdict {
  final RuleTally tally;
  final Found found;
  final Absence absent;
  final TaskState task;
  final @Nullable MmState mm;

  /** Whether all of it lies in one system call, or between two, whose borders are recorded: a longer hole would tear that. */
  boolean inOneCall;

  /** Where in the capture the task was in user mode before. */
  final long occasion;

  /** How long the task has had no event of the absent kind. */
  Silences.Silence silence = Silences.Silence.none();

  /** The hold that it rests on and that has not ended; null where something is absent. */
  @Nullable Hold overlapping;

  /** Whether the hold began before the other one and ends inside of that. */
  boolean crossing;

  /** Whether what is wrong is that another hold begins in it. */
  boolean overlap;

  /** Whether the hold has lasted so long without a release of its task that those may have been off. */
  boolean longUnended;

  /** Whose step it was found at, where it rests on a hold; null for another task than that of the hold. */
  @Nullable TaskState finder;

  /** Whether that hold's task, or its CPU, was seen since: else that CPU's buffer may have been full. */
  boolean seenSince;

  /** Whether everything has come but the end of the system call: that nothing else of the task is missing shows there. */
  boolean closed;

  /** Whether the task is gone for good: it has no further event. */
  boolean gone;

  /** Whether somebody has the lock that is said to be held for ever. */
  boolean contradicted;

  /** Whether events of the absent kind seem to have been off. */
  boolean off;

  WaitingVerdict(RuleTally tally, Found found, Absence absent, TaskState task, @Nullable MmState mm) {
    this.tally = tally;
    this.found = found;
    this.absent = absent == Absence.DOWNGRADE ? Absence.ACQUISITION : absent; // which the same event shows
    this.task = task;
    this.mm = mm;
    inOneCall = task.isSinceCall();
    occasion = task.inUserModeAt().at();
  }

  boolean isFor(Absence shown, Step step) {
    return overlapping == null && !closed && absent == shown && task == step.task() && mm == step.mm();
  }

  /** Whether its hold was one: it was read throughout in mm_lock_seq, or the other hold began in it and ended after it. */
  boolean isOneHold() {
    return crossing || overlapping != null && overlapping.section() != null && overlapping.section().isOneAround(found.at());
  }

  /** A step that comes after it was found. */
  void see(Step step) {
    if (overlapping != null && step.moment().at() > found.at() && step.op() != Op.STILL_WAITS_FOR_READERS) { // which the end of the capture shows
      seenSince |= step.task() == task || step.moment().cpu() == overlapping.acquired().cpu();
    }
  }

  /** Whether the task was in user mode since, or is gone, and nothing that comes later belongs to it. */
  boolean isPassed() {
    return gone || task.inUserModeAt().at() > Math.max(occasion, found.at());
  }

  /** Whether the task of another's hold had no event for so long, in the hold, that tracing may have been off. */
  boolean isQuiet() {
    if (overlapping == null || closed || task == finder || isOneHold()) {
      return false;
    }
    var section = overlapping.section();
    long shown = section == null || section.shownUpTo() > found.at() ? 0 : section.shownUpTo();
    return task.isQuietBetween(Math.max(overlapping.acquired().at(), shown), found.at());
  }

  void conclude(boolean definite, Unsettled otherwise) {
    if (definite && !off && (!silence.isLong() || found.doubt().isAbsenceProved())) {
      tally.add(found);
    } else {
      tally.unsettled(found.possible(otherwise.why()), otherwise);
    }
  }
}
