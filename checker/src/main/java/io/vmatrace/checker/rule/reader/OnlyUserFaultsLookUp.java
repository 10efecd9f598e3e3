package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A fault of the kernel on a user's address goes to the mmap_lock at once. Who else looks a VMA up does not do so at the address of a
 * fault; but a fault of user mode at the same address, of which no event was recorded, does.
 */
final class OnlyUserFaultsLookUp extends Rule {
  private final PerTask<KernelFault> faults = new PerTask<>();

  OnlyUserFaultsLookUp() {
    super(wrongResult("R88", "only a fault in user mode tries the VMA lock").onlyPossible().since("6.4")
        .on(Op.PAGE_FAULT, Op.LOCK_VMA_UNDER_RCU, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.HANDLE_MM_FAULT).needs(Op.LOCK_VMA_UNDER_RCU, Op.PAGE_FAULT)
        .sources("arch/x86/mm/fault.c do_user_addr_fault() (6.4)", "arch/arm64/mm/fault.c do_page_fault() (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.PAGE_FAULT) {
      faults.put(step.task(), step.isUserFault() ? null : new KernelFault(step.address(), step.moment().copy()));
      return;
    }
    KernelFault fault = faults.get(step.task());
    if (fault == null) {
      return;
    }
    if (step.op() != Op.LOCK_VMA_UNDER_RCU) {
      checks.held();
      faults.put(step.task(), null);
    } else if (step.address() == fault.address) {
      checks.suspect("a look-up at the address of a fault of the kernel", seen(fault.at, "the kernel faults on a user's address"));
    }
  }

  private record KernelFault(long address, Moment at) {}
}
