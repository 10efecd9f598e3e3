package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;

/** How long a fault certainly holds its VMA read lock. */
final class Reads {
  private Reads() {}

  /**
   * Whether the read lock is certainly held at this step: at the entry of handle_mm_fault() under the VMA lock, and at its return
   * unless the handler has let go (RETRY, COMPLETED) somewhere inside, and for ever where the kernel died in the fault.
   */
  static boolean isHeldAt(Step step) {
    return switch (step.op()) {
      case HANDLE_MM_FAULT -> step.isUnderVmaLock();
      case DIED_IN_FAULT -> step.task().faultCall().isUnderVmaLock();
      default -> heldToTheEnd(step);
    };
  }

  /** Whether a fault under the VMA lock, which returns here, still held that lock at a moment in it: it held it to the end, or prepared for an anonymous page later. */
  static boolean heldAt(Step step, Moment moment) {
    return heldToTheEnd(step) || step.task().faultCall().isUnderVmaLock() && moment.surelyBefore(step.task().faultCall().prepared());
  }

  /** Whether this return of handle_mm_fault() ends a fault that held its read lock throughout. */
  static boolean heldToTheEnd(Step step) {
    return step.task().faultCall().isUnderVmaLock() && step.hasRet() && !FaultFlags.isLetGo(step.ret());
  }
}
