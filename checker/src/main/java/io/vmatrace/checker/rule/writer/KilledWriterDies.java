package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * vma_start_write_killable() waits in TASK_KILLABLE, so -EINTR means that SIGKILL is pending. Nothing takes that back: the task does not come
 * to user mode any more. It is remembered with the mm, for what is remembered with a task ends where its system call does.
 */
final class KilledWriterDies extends Rule {
  private static final long EINTR = -4;

  private final PerMm<Killed> killed = new PerMm<>();

  /** Whether any was: most captures have none, and each fault asks. */
  private boolean any;

  KilledWriterDies() {
    super(wrongResult("R35", "a write lock is killed only in a task that dies").since("6.15").on(Op.VMA_START_WRITE_RET, Op.SYSCALL_ENTER, Op.PAGE_FAULT).needs(Op.VMA_START_WRITE_RET)
        .relyingOn(Fact.FORKING)
        .sources("include/linux/mmap_lock.h vma_start_write_killable() (6.19)", "kernel/signal.c get_signal()", "include/linux/sched/signal.h signal_pending_state()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.VMA_START_WRITE_RET) {
      locked(step, mm, checks);
      return;
    }
    Killed writer = any ? killed.get(mm) : null;
    if (writer != null && writer.task == step.task() && (step.op() == Op.SYSCALL_ENTER || step.isUserFault())) {
      killed.put(mm, null);
      checks.broken("the task whose write lock was killed is in user mode: no SIGKILL was pending", seen(writer.at, "__vma_start_write() returns -EINTR"));
    }
  }

  private void locked(Step step, MmState mm, Checks checks) {
    if (!step.hasRet()) {
      return;
    }
    if (step.ret() == EINTR) {
      any = true;
      killed.put(mm, new Killed(step.task(), step.moment().copy()));
    } else if (mm == step.task().forkParent()) {
      checks.held();
    }
  }

  private record Killed(TaskState task, Moment at) {}
}
