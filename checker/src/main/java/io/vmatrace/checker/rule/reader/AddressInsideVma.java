package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A VMA may shrink between the walk and its lock, so the range is tested again once it cannot change any more; find_vma() under the mmap_lock needs no second look. */
final class AddressInsideVma extends Rule {
  AddressInsideVma() {
    super(memorySafety("R17", "the address of a fault lies inside the VMA").since("6.4").on(Op.HANDLE_MM_FAULT)
        .sources("mm/mmap_lock.c lock_vma_under_rcu() (6.18)", "mm/memory.c lock_vma_under_rcu() (to 6.14)", "mm/mmap_lock.c lock_mm_and_find_vma() (6.18)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRange()) {
      return;
    }
    long start = step.sample().start();
    long end = step.sample().end();
    if (step.address() < start || step.address() >= end) {
      checks.brokenByValues("the fault is at 0x%x, the VMA covers 0x%x-0x%x".formatted(step.address(), start, end));
    } else {
      checks.held();
    }
  }
}
