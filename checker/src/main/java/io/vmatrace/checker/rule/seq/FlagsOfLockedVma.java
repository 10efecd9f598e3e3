package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** mprotect(), mlock() and madvise() change the flags of a VMA under its write lock. From 7.3 vma_set_flags() neither locks nor asserts. */
final class FlagsOfLockedVma extends Rule {
  private final CalledOn calls = new CalledOn(Field.VM_FLAGS, "vm_flags");

  FlagsOfLockedVma() {
    super(memorySafety("R82", "the flags of a VMA that readers can find change only under its write lock").since("6.4")
        .on(Op.CHANGE_FLAGS, Op.CHANGE_FLAGS_RET).reading(Field.VM_FLAGS, Field.LOCK_SEQ, Field.MM_SEQ)
        .sources("mm/mprotect.c mprotect_fixup()", "mm/mlock.c mlock_fixup()", "mm/madvise.c madvise_vma_behavior(), madvise_update_vma()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.CHANGE_FLAGS) {
      calls.enter(step);
    } else {
      calls.leave(step, checks);
    }
  }
}
