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
 * handle_mm_fault() refuses FAULT_FLAG_VMA_LOCK together with FAULT_FLAG_RETRY_NOWAIT: the caller could not tell who dropped the lock.
 */
final class NoNowaitUnderVmaLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R89",
          "a fault under the VMA lock is never RETRY_NOWAIT",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/memory.c sanitize_fault_flags() (6.8)"),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!FaultCall.isUnderVmaLock(step.flags())) {
      return;
    }
    if ((step.flags() & FaultCall.FAULT_FLAG_RETRY_NOWAIT) != 0) {
      checks.brokenByValues("handle_mm_fault() with flags 0x%x: VMA_LOCK together with RETRY_NOWAIT".formatted(step.flags()));
    } else {
      checks.held();
    }
  }
}
