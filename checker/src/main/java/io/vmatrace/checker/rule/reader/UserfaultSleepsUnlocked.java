package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * A fault that waits for user space drops its read lock before it sleeps: a writer of the VMA goes on meanwhile. That it waits for this reader
 * and not for another one shows in no event.
 */
final class UserfaultSleepsUnlocked extends Rule {
  private final PerTask<Waiting> waiting = new PerTask<>();

  /** Who was seen last to begin a write lock of a VMA. */
  private final PerVma<TaskState> writers = new PerVma<>();

  UserfaultSleepsUnlocked() {
    super(hang("R93", "a fault that waits for user space holds no VMA read lock").onlyPossible().since("6.15")
        .on(Op.HANDLE_USERFAULT, Op.TASK_SLEEPS, Op.HANDLE_MM_FAULT_RET, Op.VMA_START_WRITE)
        .needs(Op.HANDLE_USERFAULT, Op.TASK_SLEEPS).relyingOn(Fact.IN_FAULT, Fact.IN_START_WRITE)
        .sources("fs/userfaultfd.c handle_userfault() (6.6)", "include/linux/mm.h release_fault_lock()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    TaskState task = step.task();
    Waiting fault = waiting.get(task);
    switch (step.op()) {
      case HANDLE_USERFAULT -> {
        VmaState vma = task.faultCall().isUnderVmaLock() ? step.vma() : null;
        waiting.put(task, vma == null ? null : new Waiting(vma, null));
      }
      case TASK_SLEEPS -> {
        if (fault != null && fault.slept == null) {
          waiting.put(task, new Waiting(fault.vma, step.moment().copy()));
        }
      }
      case HANDLE_MM_FAULT_RET -> {
        waiting.put(task, null);
        if (fault != null && fault.slept != null) {
          woken(fault, fault.slept, checks);
        }
      }
      default -> {
        if (step.vma() != null) {
          writers.put(step.vma(), task);
        }
      }
    }
  }

  private void woken(Waiting fault, Moment slept, Checks checks) {
    TaskState writer = writers.get(fault.vma);
    if (writer == null || writer.startWrite().vma() != fault.vma) {
      checks.held();
    } else if (slept.surelyBefore(writer.startWrite().entered())) {
      checks.suspect(
          "a writer waits for the readers of a VMA as long as a fault of it sleeps in handle_userfault()",
          seen(slept, "the fault goes to sleep"),
          seen(writer.startWrite().entered(), "task %d begins to write-lock the VMA".formatted(writer.pid())));
    }
  }

  /** A fault in handle_userfault(); when its task went to sleep there. */
  private record Waiting(VmaState vma, @Nullable Moment slept) {}
}
