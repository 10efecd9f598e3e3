package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A task releases the mmap_lock as it holds it: for reading, for writing, or after a downgrade for reading. */
final class ReleaseOnlyWhatIsHeld extends Rule {
  /** The mm whose mmap_lock a task has asked for last, and was not given. */
  private final PerTask<MmState> failed = new PerTask<>();

  ReleaseOnlyWhatIsHeld() {
    super(memorySafety("R41", "the mmap_lock is released only by a task that holds it, and as it holds it")
        .on(Op.MMAP_LOCK_START, Op.MMAP_LOCK_FAILED, Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.HELD_WHILE_LOGGED, Fact.HOLDS_NOTHING_ELSE)
        .sources("include/linux/mmap_lock.h mmap_write_unlock(), mmap_read_unlock(), mmap_write_lock_killable(), mmap_read_lock_killable()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.MMAP_LOCK_START || step.op() == Op.MMAP_LOCK_FAILED) {
      failed.put(step.task(), step.op() == Op.MMAP_LOCK_FAILED ? step.mm() : null);
    } else {
      released(step, checks);
    }
  }

  private void released(Step step, Checks checks) {
    boolean write = step.op() == Op.MMAP_WRITE_UNLOCK;
    String how = write ? "for writing" : "for reading";
    var hold = step.task().holdOf(step.mm());
    if (hold != null && hold.isWrite() == write) {
      checks.held();
    } else if (hold != null) {
      checks.kind(write ? "write-of-a-reader" : "read-of-a-writer");
      checks.brokenForWantOf(
          write ? Absence.ACQUISITION : Absence.DOWNGRADE,
          "a task releases the mmap_lock %s and holds it %s".formatted(how, write ? "for reading" : "for writing"),
          seen(hold.acquired(), "acquires it " + (hold.section() == null ? "for reading" : "for writing")),
          seen(downgraded(hold), "downgrades it"));
    } else if (step.task().isHoldsKnown()) {
      checks.kind(write ? "write-not-held" : "read-not-held");
      if (step.mm() != null && failed.get(step.task()) == step.mm()) {
        checks.restingOn(Fact.HELD_WHILE_LOGGED); // that it was not given the lock was seen
      }
      checks.brokenForWantOf(
          Absence.ACQUISITION,
          "a task releases the mmap_lock %s that it does not hold".formatted(how),
          seen(step.task().inUserModeAt(), "is in user mode, where a task holds nothing"));
    }
  }

  private static Moment downgraded(Hold hold) {
    var section = hold.section();
    return hold.isDowngraded() && section != null ? section.ended() : new Moment();
  }
}
