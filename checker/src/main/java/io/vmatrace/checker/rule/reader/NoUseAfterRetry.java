package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * handle_mm_fault() that returns RETRY or COMPLETED under the VMA lock has dropped it. The next fault of the task takes a lock first: that it
 * did not shows only where nothing of the task is missing, as where it is the same fault again.
 */
final class NoUseAfterRetry extends Rule {
  /** A fault whose read lock handle_mm_fault() has dropped. */
  private record Dropped(VmaState vma, long address, Moment at) {}

  private final PerTask<Dropped> dropped = new PerTask<>();

  NoUseAfterRetry() {
    super(memorySafety("R20", "after RETRY or COMPLETED the caller does not touch the VMA").since("6.4").relyingOn(Fact.IN_FAULT)
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED, Op.MMAP_LOCK_START,
            Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK)
        .needs(Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.MMAP_READ_LOCK)
        .sources("arch/x86/mm/fault.c do_user_addr_fault() (6.4)", "mm/memory.c handle_mm_fault(), its comment (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case HANDLE_MM_FAULT -> handle(step, checks);
      case HANDLE_MM_FAULT_RET -> returned(step);
      default -> {
        if (dropped.get(step.task()) != null) {
          checks.held();
          dropped.put(step.task(), null);
        }
      }
    }
  }

  private void returned(Step step) {
    TaskState task = step.task();
    VmaState vma = step.vma();
    boolean drops = vma != null && task.faultCall().isUnderVmaLock() && FaultFlags.isLetGo(step.ret());
    dropped.put(task, vma == null || !drops ? null : new Dropped(vma, task.faultCall().address(), step.moment().copy()));
  }

  private void handle(Step step, Checks checks) {
    Dropped last = dropped.get(step.task());
    if (last == null || !step.isUnderVmaLock() || last.vma != step.vma()) {
      return;
    }
    dropped.put(step.task(), null);
    String message = "handle_mm_fault() is called with the VMA that its last call has unlocked, and that no look-up has returned since";
    Evidence unlocked = seen(last.at, "handle_mm_fault() returns RETRY or COMPLETED: the read lock is dropped");
    if (last.address == step.address()) {
      checks.broken(message, unlocked);
    } else {
      checks.suspect(message, unlocked);
    }
  }
}
