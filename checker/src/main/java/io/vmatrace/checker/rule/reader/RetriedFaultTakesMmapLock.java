package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** What a fault under the VMA lock could not do is tried again under the mmap_lock, or left for a signal: then the task is in user mode first. */
final class RetriedFaultTakesMmapLock extends Rule {
  private final PerTask<Retry> retries = new PerTask<>();

  RetriedFaultTakesMmapLock() {
    super(performance("R94", "a fault that has to be tried again goes on under the mmap_lock").onlyPossible().since("6.4")
        .on(Op.HANDLE_MM_FAULT_RET, Op.LOCK_VMA_UNDER_RCU, Op.MMAP_LOCK_START, Op.PAGE_FAULT).needs(Op.MMAP_LOCK_START, Op.PAGE_FAULT)
        .relyingOn(Fact.IN_FAULT).sources("arch/x86/mm/fault.c do_user_addr_fault() (6.4)", "mm/memory.c __vmf_anon_prepare() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Retry retry = retries.get(step.task());
    switch (step.op()) {
      case HANDLE_MM_FAULT_RET -> retries.put(step.task(), isRetry(step) ? new Retry(step.task().faultCall().address(), step.moment().copy()) : null);
      case LOCK_VMA_UNDER_RCU -> {
        if (retry != null && retry.address == step.address()) {
          checks.suspect("a fault that has to be tried again looks its VMA up again", seen(retry.at, "handle_mm_fault() under the VMA lock returns VM_FAULT_RETRY"));
        }
      }
      default -> {
        if (retry != null && step.op() == Op.MMAP_LOCK_START) {
          checks.held();
        }
        retries.put(step.task(), null);
      }
    }
  }

  private static boolean isRetry(Step step) {
    return step.hasRet() && (step.ret() & FaultFlags.VM_FAULT_RETRY) != 0 && step.task().faultCall().isUnderVmaLock();
  }

  private record Retry(long address, Moment at) {}
}
