package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * UFFDIO_MOVE alone holds two VMAs read-locked, and it takes them in no fault. Which of its two is the destination's does not show. From 7.2 a
 * BPF program that records stacks may look another VMA up inside of a fault, and no event tells the two apart.
 */
final class TwoReadLocksOnlyInMove extends Rule {
  TwoReadLocksOnlyInMove() {
    super(hang("R103", "a task holds two VMAs read-locked in UFFDIO_MOVE only").onlyPossible().since("6.4").on(Op.VMA_START_READ, Op.HANDLE_MM_FAULT_RET)
        .needs(Op.VMA_START_READ, Op.PAGE_FAULT).relyingOn(Fact.IN_FAULT)
        .sources("mm/userfaultfd.c uffd_move_lock() (6.9)", "kernel/bpf/stackmap.c stack_map_lock_vma() (7.2)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Calls.FaultCall fault = step.task().faultCall();
    if (!fault.entered().known() || !fault.isUnderVmaLock() || fault.vma() == null) {
      return;
    }
    if (step.op() == Op.HANDLE_MM_FAULT_RET) {
      checks.held();
    } else if (fault.vma() != step.vma()) {
      checks.suspect("a second VMA is read-locked by a task whose fault holds the VMA 0x%x read-locked".formatted(fault.vma().address()), seen(fault.entered(), "handle_mm_fault() begins under the VMA lock"));
    }
  }
}
