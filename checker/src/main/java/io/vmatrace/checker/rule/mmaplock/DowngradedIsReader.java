package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
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
 * A downgraded hold is a read hold: no other task may be a writer before it is released.
 */
final class DowngradedIsReader implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R44",
          "between a downgrade and the release no other task is a writer",
          Severity.MEMORY_SAFETY,
          EnumSet.allOf(Generation.class),
          List.of("include/linux/mmap_lock.h mmap_write_downgrade()",
          "kernel/locking/rwsem.c downgrade_write()"),
          EnumSet.of(Op.MMAP_READ_UNLOCK),
          EnumSet.of(Op.MMAP_WRITE_DOWNGRADE, Op.MMAP_READ_UNLOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Hold own = step.task().holdOf(step.mm());
    if (own == null || !own.isDowngraded() || own.section() == null) {
      return;
    }
    Hold other = Overlaps.with(own, step.moment(), true);
    if (other == null) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        Overlaps.ended(other),
        "task %d was a writer while task %d held the downgraded mmap_lock".formatted(other.task().pid(), step.task().pid()),
        Evidence.of(own.section().ended(), "downgrades the mmap_lock"),
        Evidence.of(other.acquired(), "acquires it for writing"));
  }
}
