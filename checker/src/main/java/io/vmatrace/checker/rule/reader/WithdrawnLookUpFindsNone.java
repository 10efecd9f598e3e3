package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A reader that has counted itself in a VMA of another mm, or in one that is write-locked, drops its reference, wakes who waits for that, and
 * returns NULL. Nothing else in a look-up wakes a writer; but a wake-up in a function that interrupts it may seem to be its own.
 */
final class WithdrawnLookUpFindsNone extends Rule {
  private final PerTask<Moment> woke = new PerTask<>();

  WithdrawnLookUpFindsNone() {
    super(memorySafety("R64", "a look-up that gives its reference back, as of a VMA of another mm, returns NULL").onlyPossible().since("6.15")
        .on(Op.RCUWAIT_WAKE_UP, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED).needs(Op.RCUWAIT_WAKE_UP, Op.VMA_START_READ_REFUSED)
        .relyingOn(Fact.IN_LOOK_UP)
        .sources("mm/mmap_lock.c vma_start_read(), lock_vma_under_rcu() (6.17)", "include/linux/mmap_lock.h vma_start_read() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var task = step.task();
    Moment entered = task.read().entered();
    if (step.op() == Op.RCUWAIT_WAKE_UP) {
      boolean inLookUp = entered.known() && !task.read().granted().known();
      woke.put(task, inLookUp ? step.moment().copy() : null);
      return;
    }
    Moment at = woke.get(task);
    woke.put(task, null);
    if (at == null || !entered.known() || at.at() < entered.at()) {
      return;
    }
    if (step.op() == Op.VMA_START_READ_REFUSED) {
      checks.held();
    } else {
      checks.suspect(
          "a look-up has woken a writer, which waits for the reference that it gives back, and returns a VMA all the same",
          seen(entered, "the look-up begins"), seen(at, "a waiting writer is woken"));
    }
  }
}
