package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The caller of such a fault could not tell who dropped the lock; handle_mm_fault() refuses the two flags together. */
final class NoNowaitUnderVmaLock extends Rule {
  NoNowaitUnderVmaLock() {
    super(memorySafety("R89", "a fault under the VMA lock is never RETRY_NOWAIT").since("6.4").on(Op.HANDLE_MM_FAULT)
        .sources("mm/memory.c sanitize_fault_flags() (6.8)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.isUnderVmaLock()) {
      return;
    }
    if ((step.faultFlags() & FaultFlags.FAULT_FLAG_RETRY_NOWAIT) != 0) {
      checks.brokenByValues("handle_mm_fault() with flags 0x%x: VMA_LOCK together with RETRY_NOWAIT".formatted(step.faultFlags()));
    } else {
      checks.held();
    }
  }
}
