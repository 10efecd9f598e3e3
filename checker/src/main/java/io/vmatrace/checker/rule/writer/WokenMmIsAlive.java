package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A reader that leaves keeps the mm until it has woken its waiter, by its reference or a pin. That the memory was given to a new mm cannot be told. */
final class WokenMmIsAlive extends Rule {
  private final PerMm<Moment> freed = new PerMm<>();

  WokenMmIsAlive() {
    super(memorySafety("R34", "a reader that leaves wakes the waiter of an mm that is alive").onlyPossible().since("6.15").on(Op.RCUWAIT_WAKE_UP, Op.MM_FREE)
        .needs(Op.RCUWAIT_WAKE_UP).relyingOn(Fact.MM_FREED).sources("mm/mmap_lock.c vma_start_read() (6.17)", "include/linux/mmap_lock.h vma_refcount_put()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.MM_FREE) {
      freed.put(mm, step.moment().copy());
      return;
    }
    Moment gone = freed.get(mm);
    if (gone != null && gone.surelyBefore(step.moment())) {
      checks.suspect("a waiter is woken in an mm whose memory was given back", seen(gone, "the mm is freed"));
    } else {
      checks.held();
    }
  }
}
