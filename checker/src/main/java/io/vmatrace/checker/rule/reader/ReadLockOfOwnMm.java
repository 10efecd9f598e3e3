package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The slab hands a freed VMA to another mm at once, so vma_start_read() tests the owner once it has its reference (bug B14). */
final class ReadLockOfOwnMm extends Rule {
  ReadLockOfOwnMm() {
    super(memorySafety("R16", "the VMA that a look-up returns belongs to the mm that was asked for").since("6.4").on(Op.HANDLE_MM_FAULT).byValues()
        .relyingOn(Fact.VMA_READ_LOCKED).sources("mm/mmap_lock.c vma_start_read() (6.17): 9bbffee67ffd"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var read = step.task().read();
    if (!step.sample().hasValues() || read.vma() == null || read.vma() != step.vma() || !step.isUnderVmaLock()) {
      return;
    }
    if (read.mm() != step.mm() && read.mm() != null && step.mm() != null && read.mm().address() != step.mm().address()) {
      checks.broken(
          "the VMA belongs to mm 0x%x, the look-up was in mm 0x%x".formatted(step.mm().address(), read.mm().address()),
          seen(read.granted(), "lock_vma_under_rcu() returns it"));
    } else {
      checks.held();
    }
  }
}
