package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** No task goes back to user mode, or comes from there, or is gone for good, with an mmap_lock held. */
final class NoMmapLockInUserMode extends Rule {
  NoMmapLockInUserMode() {
    super(hang("R46", "no mmap_lock is held in user mode").on(Op.SYSCALL_ENTER, Op.SYSCALL_EXIT, Op.PAGE_FAULT, Op.TASK_DIES).relyingOn(Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE)
        .sources("include/linux/mmap_lock.h", "kernel/bpf/mmap_unlock_work.h: the documented hand-over"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.PAGE_FAULT && !step.isUserFault()) {
      return;
    }
    if (step.task().holds().isEmpty()) {
      if (step.task().isHoldsKnown() && step.op() != Op.TASK_DIES) {
        checks.held();
      }
      return;
    }
    var hold = step.task().holds().getLast();
    checks.about(hold.mm(), null);
    checks.brokenForWantOf(
        Absence.RELEASE,
        "the task %s and still holds the mmap_lock".formatted(step.op() == Op.TASK_DIES ? "has exited" : "is at the border of user mode"),
        seen(hold.acquired(), "acquires it " + (hold.section() == null ? "for reading" : "for writing")));
  }
}
