package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** userfaultfd_set_ctx() write-locks its VMA before it changes anything, and the lock lasts to the section's end. */
final class ContextOfLockedVma extends Rule {
  ContextOfLockedVma() {
    super(memorySafety("R83", "a userfaultfd context changes only on a write-locked VMA").since("6.4").on(Op.USERFAULTFD_SET_CTX)
        .reading(Field.LOCK_SEQ, Field.MM_SEQ)
        .sources("mm/userfaultfd.c userfaultfd_set_ctx() (6.13; fs/userfaultfd.c before)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.sample().hasSeqs()) {
      WriteLocks.judge(step.sample(), "userfaultfd_set_ctx() has changed a VMA", checks);
    }
  }
}
