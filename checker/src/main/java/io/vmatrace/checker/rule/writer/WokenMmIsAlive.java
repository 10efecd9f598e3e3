package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * A reader that leaves wakes the waiter of the VMA's own mm, and keeps that mm's memory until it has: its reference keeps the VMA, and
 * that its mm; where the VMA turned out to be another mm's, a pin (mmgrab()) does. That the memory was given to a new mm in between, by a
 * task that is not traced, cannot be told.
 */
final class WokenMmIsAlive implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R34",
          "a reader that leaves wakes the waiter of an mm that is alive",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c vma_start_read() (6.17)",
          "include/linux/mmap_lock.h vma_refcount_put()"),
          EnumSet.of(Op.RCUWAIT_WAKE_UP),
          EnumSet.of(Op.RCUWAIT_WAKE_UP, Op.MM_FREE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    if (mm.freed().surelyBefore(step.moment())) {
      checks.suspect("a waiter is woken in an mm whose memory was given back", Evidence.of(mm.freed(), "the mm is freed"));
    } else {
      checks.held();
    }
  }
}
