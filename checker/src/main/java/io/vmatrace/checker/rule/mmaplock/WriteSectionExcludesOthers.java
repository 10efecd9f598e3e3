package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The mmap_lock is a rw_semaphore. Acquisitions are logged after the fact, releases before it: certain holds that overlap are true ones. */
final class WriteSectionExcludesOthers extends Rule {
  WriteSectionExcludesOthers() {
    super(memorySafety("R39", "a write section excludes every other hold of the mmap_lock")
        .on(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE).needs(Op.MMAP_WRITE_LOCK)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.WRITE_HELD_THROUGHOUT, Fact.HELD_WHILE_LOGGED).sources("include/linux/mmap_lock.h", "kernel/locking/rwsem.c"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    var own = step.task().holdOf(mm);
    if (mm == null || own == null || own.isDowngraded()) {
      return;
    }
    var other = Overlaps.with(own, step.moment(), false);
    if (other == null) {
      checks.held();
      return;
    }
    if (own.isWrite() && step.op() == Op.MMAP_WRITE_UNLOCK && own.acquired().surelyBefore(other.acquired())) {
      checks.restingOn(Fact.WRITE_HELD_THROUGHOUT, Fact.HELD_WHILE_LOGGED); // the other one came in while it was held
    }
    Overlaps.broken(
        checks,
        step,
        other,
        "tasks %d and %d held the mmap_lock at the same time, one of them for writing".formatted(step.task().pid(), other.task().pid()),
        seen(own.acquired(), "acquires it " + Overlaps.mode(own)),
        seen(other.acquired(), "acquires it " + Overlaps.mode(other)));
  }
}
