package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultCall;
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
 * A VMA may be shrunk or replaced between the walk and the lock, so the range is tested again once the VMA cannot change any more.
 */
final class AddressInsideVma implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R17",
          "the address of a fault under the VMA lock lies inside the VMA",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/mmap_lock.c lock_vma_under_rcu() (6.18)",
          "mm/memory.c lock_vma_under_rcu() (to 6.14)"),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRange() || !FaultCall.isUnderVmaLock(step.flags())) {
      return;
    }
    long start = step.sample().start();
    long end = step.sample().end();
    if (step.address() < start || step.address() >= end) {
      checks.brokenByValues("the fault is at 0x%x, the VMA covers 0x%x-0x%x".formatted(step.address(), start, end));
    } else {
      checks.held();
    }
  }
}
