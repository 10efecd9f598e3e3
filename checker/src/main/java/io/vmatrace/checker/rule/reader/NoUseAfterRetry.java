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
import org.jspecify.annotations.Nullable;

/**
 * A fault under the VMA lock handles what its look-up has read-locked, once: when handle_mm_fault() returns the lock is dropped, by it (RETRY,
 * COMPLETED) or by its caller at once, and a look-up that was refused has given none. That nothing was looked up in between shows only where nothing
 * of the task is missing, as where it is the same fault again.
 */
final class NoUseAfterRetry extends Rule {
  private final PerTask<Without> without = new PerTask<>();

  NoUseAfterRetry() {
    super(memorySafety("R20", "a fault under the VMA lock is of the VMA that its look-up returned, and of none after RETRY or COMPLETED").since("6.4")
        .relyingOn(Fact.IN_FAULT, Fact.VMA_READ_LOCKED, Fact.NO_FURTHER_LOOK_UP)
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED, Op.MMAP_LOCK_START,
            Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK)
        .needs(Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_READ, Op.MMAP_READ_LOCK)
        .sources("arch/x86/mm/fault.c do_user_addr_fault() (6.4)", "mm/memory.c handle_mm_fault(), its comment (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Without last = without.get(step.task());
    switch (step.op()) {
      case HANDLE_MM_FAULT -> {
        without.put(step.task(), null);
        if (step.isUnderVmaLock()) {
          handle(step, last, checks);
        }
      }
      case HANDLE_MM_FAULT_RET -> returned(step);
      case VMA_START_READ_REFUSED -> {
        heldIfLetGo(last, checks);
        without.put(step.task(), new Without(null, step.address(), 0, false, step.moment().copy()));
      }
      case LOCK_VMA_UNDER_RCU, VMA_START_READ -> {
        heldIfLetGo(last, checks);
        without.put(step.task(), null);
      }
      default -> {
        heldIfLetGo(last, checks);
        without.put(step.task(), last == null || !last.letGo ? last : new Without(last.vma, last.address, last.flags, false, last.at));
      }
    }
  }

  private static void heldIfLetGo(@Nullable Without last, Checks checks) {
    if (last != null && last.letGo) {
      checks.held();
    }
  }

  private void returned(Step step) {
    TaskState task = step.task();
    VmaState vma = step.vma();
    boolean underVmaLock = vma != null && task.faultCall().isUnderVmaLock();
    without.put(task, underVmaLock ? new Without(vma, task.faultCall().address(), task.faultCall().flags(), FaultFlags.isLetGo(step.ret()), step.moment().copy()) : null);
  }

  private static void handle(Step step, @Nullable Without last, Checks checks) {
    var read = step.task().read();
    if (read.granted().known() && read.vma() != step.vma() && read.address() == step.address()) {
      absent(checks, "handle_mm_fault() is called with another VMA than the look-up of its address has returned", seen(read.granted(), "the look-up returns"));
    } else if (last != null && last.vma == null && last.address == step.address()) {
      absent(checks, "handle_mm_fault() is called under the VMA lock after the look-up of its address was refused", seen(last.at, "the look-up returns NULL"));
    } else if (last != null && last.vma != null && last.vma == step.vma()) {
      handleAgain(step, last, checks);
    }
  }

  private static void handleAgain(Step step, Without last, Checks checks) {
    boolean same = last.address == step.address() && FaultFlags.mayBeOfOneFault(last.flags, step.faultFlags());
    String message = "handle_mm_fault() is called with the VMA that its last call has unlocked, and that no look-up has returned since";
    if (last.letGo) {
      Evidence unlocked = seen(last.at, "handle_mm_fault() returns RETRY or COMPLETED: the read lock is dropped");
      if (same) {
        checks.broken(message, unlocked);
      } else {
        checks.suspect(message, unlocked);
      }
    } else if (same) {
      absent(checks, message, seen(last.at, "handle_mm_fault() returns: the caller drops the read lock"));
    }
  }

  private static void absent(Checks checks, String message, Evidence evidence) {
    checks.restingOn(Fact.IN_FAULT, Fact.NO_FURTHER_LOOK_UP);
    checks.broken(message, evidence);
  }

  /** After what a task has no read lock: a handle_mm_fault() that has returned, or a look-up that was refused, then without a VMA. */
  private record Without(@Nullable VmaState vma, long address, long flags, boolean letGo, Moment at) {}
}
