package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
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
 * No task goes back to user mode, or comes from there, with an mmap_lock held.
 */
final class NoMmapLockInUserMode implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R46",
          "no mmap_lock is held in user mode",
          Severity.HANG,
          EnumSet.allOf(Generation.class),
          List.of("include/linux/mmap_lock.h",
          "protocol.md R40 for the documented hand-overs"),
          EnumSet.of(Op.SYSCALL_ENTER, Op.SYSCALL_EXIT, Op.PAGE_FAULT),
          EnumSet.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.PAGE_FAULT && step.flags() == 0) {
      return; // a fault in kernel mode
    }
    if (step.task().holds().isEmpty()) {
      if (step.task().isHoldsKnown()) {
        checks.held();
      }
      return;
    }
    Hold hold = step.task().holds().getLast();
    checks.about(hold.mm(), null);
    checks.broken(
        "the task is at the border of user mode and still holds the mmap_lock",
        Evidence.of(hold.acquired(), "acquires it " + (hold.section() == null ? "for reading" : "for writing")));
  }
}
