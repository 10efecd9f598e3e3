package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
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
 * The mmap_lock is a rw_semaphore: while one task holds it for writing nobody else holds it. Acquisitions are logged after the fact and
 * releases before it, so two certain holds that overlap are two true holds that overlap.
 */
final class WriteSectionExcludesOthers implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R39",
          "a write section excludes every other hold of the mmap_lock",
          Severity.MEMORY_SAFETY,
          EnumSet.allOf(Generation.class),
          List.of("include/linux/mmap_lock.h",
          "kernel/locking/rwsem.c"),
          EnumSet.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE),
          EnumSet.of(Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_UNLOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    Hold own = step.task().holdOf(mm);
    if (mm == null || own == null || own.isDowngraded()) {
      return;
    }
    Hold other = Overlaps.with(own, step.moment(), false);
    if (other == null) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        Overlaps.ended(other),
        "tasks %d and %d held the mmap_lock at the same time, one of them for writing".formatted(step.task().pid(), other.task().pid()),
        Evidence.of(own.acquired(), "acquires it " + Overlaps.mode(own)),
        Evidence.of(other.acquired(), "acquires it " + Overlaps.mode(other)));
  }
}
