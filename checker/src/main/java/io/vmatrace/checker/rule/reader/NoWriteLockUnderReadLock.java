package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultCall;
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
 * A writer waits until no reader is left. A reader that becomes a writer of the same mm waits for itself, or for a writer that waits for
 * it.
 */
final class NoWriteLockUnderReadLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R27",
          "a holder of a VMA read lock does not write-lock a VMA",
          Severity.HANG,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_start_write()",
          "Documentation/mm/process_addrs.rst, Lock ordering"),
          EnumSet.of(Op.HANDLE_MM_FAULT_RET),
          EnumSet.of(Op.HANDLE_MM_FAULT, Op.VMA_START_WRITE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    FaultCall call = step.task().faultCall();
    if (!Reads.heldToTheEnd(step)) {
      return;
    }
    if (call.startedWrite().known()) {
      checks.broken(
          "the task entered __vma_start_write() inside a fault under the VMA lock",
          Evidence.of(call.entered(), "the fault is handled under the VMA lock"),
          Evidence.of(call.startedWrite(), "enters __vma_start_write()"));
    } else {
      checks.held();
    }
  }
}
