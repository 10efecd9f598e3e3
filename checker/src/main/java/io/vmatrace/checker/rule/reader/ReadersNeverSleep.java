package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The VMA read lock is only ever tried: on any doubt the reader gives up and takes the mmap_lock. */
final class ReadersNeverSleep extends Rule {
  ReadersNeverSleep() {
    super(hang("R21", "lock_vma_under_rcu() never sleeps").since("6.4").on(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED).needs(Op.TASK_SLEEPS)
        .relyingOn(Fact.IN_LOOK_UP).sources("mm/mmap_lock.c lock_vma_under_rcu(): runs under rcu_read_lock()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var read = step.task().read();
    if (!read.entered().known()) {
      return;
    }
    if (read.slept().known()) {
      checks.broken(
          "the task went to sleep inside lock_vma_under_rcu()", seen(read.entered(), "the look-up begins"), seen(read.slept(), "the task sleeps"));
    } else {
      checks.held();
    }
  }
}
