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
 * Whoever holds a VMA read lock may only try the mmap_lock (for the first anon_vma, since 6.12): a writer may hold it and wait for this very
 * reader. A fault that ended without RETRY or COMPLETED held its read lock to the end.
 */
final class NoBlockingMmapLockUnderReadLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R26",
          "a holder of a VMA read lock does not block on the mmap_lock",
          Severity.HANG,
          Generation.VMA_LOCKS,
          List.of("mm/memory.c __vmf_anon_prepare() (6.12)",
          "Documentation/mm/process_addrs.rst, Lock ordering"),
          EnumSet.of(Op.HANDLE_MM_FAULT_RET),
          EnumSet.of(Op.HANDLE_MM_FAULT, Op.MMAP_LOCK_START),
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
    if (call.blocked().known()) {
      checks.broken(
          "the task waited for the mmap_lock inside a fault under the VMA lock",
          Evidence.of(call.entered(), "the fault is handled under the VMA lock"),
          Evidence.of(call.blocked(), "waits for the mmap_lock"));
    } else {
      checks.held();
    }
  }
}
