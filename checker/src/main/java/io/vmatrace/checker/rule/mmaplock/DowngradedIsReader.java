package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A downgraded hold is a read hold: no other task may be a writer before it is released. */
final class DowngradedIsReader extends Rule {
  DowngradedIsReader() {
    super(memorySafety("R44", "between a downgrade and the release no other task is a writer").on(Op.MMAP_READ_UNLOCK)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.HELD_WHILE_LOGGED, Fact.DOWNGRADED)
        .sources("include/linux/mmap_lock.h mmap_write_downgrade()", "kernel/locking/rwsem.c downgrade_write()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var own = step.task().holdOf(step.mm());
    if (own == null || !own.isDowngraded() || own.section() == null) {
      return;
    }
    var other = Overlaps.with(own, step.moment(), true);
    if (other == null) {
      checks.held();
      return;
    }
    Overlaps.broken(
        checks,
        step,
        other,
        "task %d was a writer while task %d held the downgraded mmap_lock".formatted(other.task().pid(), step.task().pid()),
        seen(own.section().ended(), "downgrades the mmap_lock"),
        seen(other.acquired(), "acquires it for writing"));
  }
}
