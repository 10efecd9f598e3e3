package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A fault that holds its VMA read-locked does not read-lock it once more. From 7.2 a BPF program that records stacks may do that inside of it,
 * and no event tells the two apart.
 */
final class OneReadLockOfAVma extends Rule {
  OneReadLockOfAVma() {
    super(hang("R28", "a task holds one read lock of a VMA at most").onlyPossible().since("6.4").on(Op.VMA_START_READ, Op.HANDLE_MM_FAULT_RET)
        .needs(Op.VMA_START_READ, Op.PAGE_FAULT).relyingOn(Fact.IN_FAULT)
        .sources("include/linux/mmap_lock.h vma_start_read() (6.4)", "kernel/bpf/stackmap.c stack_map_lock_vma() (7.2)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Calls.FaultCall fault = step.task().faultCall();
    if (!fault.entered().known() || !fault.isUnderVmaLock()) {
      return;
    }
    if (step.op() == Op.HANDLE_MM_FAULT_RET) {
      checks.held();
    } else if (fault.vma() == step.vma()) {
      checks.suspect("the VMA that this fault holds read-locked is read-locked once more, by the same task", seen(fault.entered(), "handle_mm_fault() begins under the VMA lock"));
    }
  }
}
