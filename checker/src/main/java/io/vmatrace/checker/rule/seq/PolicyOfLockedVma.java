package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A fault uses the memory policy of its VMA without a reference: mbind() write-locks the VMA before it replaces the policy. */
final class PolicyOfLockedVma extends Rule {
  private final CalledOn calls = new CalledOn(Field.POLICY, "vm_policy");

  PolicyOfLockedVma() {
    super(memorySafety("R84", "the memory policy of a VMA that readers can find is replaced only under its write lock").since("6.4")
        .on(Op.CHANGE_POLICY, Op.CHANGE_POLICY_RET).reading(Field.POLICY, Field.LOCK_SEQ, Field.MM_SEQ)
        .sources("mm/mempolicy.c mbind_range(), vma_replace_policy()", "commit 6c21e066f925 (6.5)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.CHANGE_POLICY) {
      calls.enter(step);
    } else {
      calls.leave(step, checks);
    }
  }
}
