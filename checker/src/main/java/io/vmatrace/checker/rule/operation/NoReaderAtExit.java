package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
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
 * exit_mmap() runs when nobody uses the mm any more: no read lock can be granted in it from the exit's write section on.
 */
final class NoReaderAtExit implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R74",
          "no VMA is read-locked in an mm that exits",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/mmap.c exit_mmap(): mm_users is 0"),
          EnumSet.of(Op.EXIT_MMAP),
          EnumSet.of(Op.EXIT_MMAP, Op.VMA_START_READ),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    WriteSection section = step.task().sectionOf(mm);
    if (mm == null || section == null) {
      return;
    }
    Moment begun = section.acquired();
    if (mm.readGranted().surelyBetween(begun, step.moment())) {
      checks.broken(
          "a VMA read lock was granted in an mm that was being destroyed",
          Evidence.of(begun, "exit_mmap() takes the mmap_lock for writing"),
          Evidence.of(mm.readGranted(), "a read lock is granted"));
    } else {
      checks.held();
    }
  }
}
