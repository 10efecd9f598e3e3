package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * A task releases the write lock that it took; a failed trylock or killable lock gives nothing to release.
 */
final class ReleaseOnlyWhatIsHeld implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R41",
          "the mmap_lock is released for writing only by the task that holds it",
          Severity.MEMORY_SAFETY,
          EnumSet.allOf(Generation.class),
          List.of("include/linux/mmap_lock.h mmap_write_unlock(), mmap_write_lock_killable()"),
          EnumSet.of(Op.MMAP_WRITE_UNLOCK),
          EnumSet.of(Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_UNLOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Hold hold = step.task().holdOf(step.mm());
    if (hold != null && hold.isWrite()) {
      checks.held();
    } else if (hold == null && step.task().isHoldsKnown()) {
      checks.broken("a task releases the mmap_lock for writing that it does not hold");
    }
  }
}
