package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultCall;
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
 * The slab hands a freed VMA to another mm at once, so vma_start_read() tests the owner after it has its reference (bug B14). The VMA
 * of a fault under the VMA lock belongs to the mm that was asked for.
 */
final class ReadLockOfOwnMm implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R16",
          "the VMA that a look-up returns belongs to the mm that was asked for",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/mmap_lock.c vma_start_read() (6.17): 9bbffee67ffd",
          "protocol.md B14"),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.VMA_START_READ, Op.HANDLE_MM_FAULT),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaRead read = step.task().read();
    if (!step.sample().hasValues() || read.vma() == null || read.vma() != step.vma() || !underVmaLock(step)) {
      return;
    }
    if (read.mm() != step.mm() && read.mm() != null && step.mm() != null && read.mm().address() != step.mm().address()) {
      checks.broken(
          "the VMA belongs to mm 0x%x, the look-up was in mm 0x%x".formatted(step.mm().address(), read.mm().address()),
          Evidence.of(read.granted(), "lock_vma_under_rcu() returns it"));
    } else {
      checks.held();
    }
  }

  private static boolean underVmaLock(Step step) {
    return FaultCall.isUnderVmaLock(step.flags());
  }
}
