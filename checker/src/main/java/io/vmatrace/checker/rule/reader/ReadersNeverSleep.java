package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
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
 * The VMA read lock is only ever tried: on any doubt the reader gives up and takes the mmap_lock. A reader that sleeps inside the look-up
 * waits for something it must not wait for.
 */
final class ReadersNeverSleep implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R21",
          "lock_vma_under_rcu() never sleeps",
          Severity.HANG,
          Generation.VMA_LOCKS,
          List.of("mm/mmap_lock.c lock_vma_under_rcu(): runs under rcu_read_lock()"),
          EnumSet.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED),
          EnumSet.of(Op.LOCK_VMA_UNDER_RCU, Op.TASK_SLEEPS),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaRead read = step.task().read();
    if (!read.entered().known()) {
      return;
    }
    if (read.slept().known()) {
      checks.broken(
          "the task went to sleep inside lock_vma_under_rcu()",
          Evidence.of(read.entered(), "the look-up begins"),
          Evidence.of(read.slept(), "the task sleeps"));
    } else {
      checks.held();
    }
  }
}
