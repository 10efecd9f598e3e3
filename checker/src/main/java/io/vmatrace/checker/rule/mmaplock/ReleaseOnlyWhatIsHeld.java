package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A task releases the write lock that it took; a failed trylock or killable lock gives nothing to release. */
final class ReleaseOnlyWhatIsHeld extends Rule {
  ReleaseOnlyWhatIsHeld() {
    super(memorySafety("R41", "the mmap_lock is released for writing only by the task that holds it").on(Op.MMAP_WRITE_UNLOCK)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE)
        .sources("include/linux/mmap_lock.h mmap_write_unlock(), mmap_write_lock_killable()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var hold = step.task().holdOf(step.mm());
    if (hold != null && hold.isWrite()) {
      checks.held();
    } else if (hold == null && step.task().isHoldsKnown()) {
      checks.broken("a task releases the mmap_lock for writing that it does not hold");
    }
  }
}
