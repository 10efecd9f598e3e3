package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A task that looks up a VMA runs in the mm or has pinned it (mmget()): with no users left, exit_mmap() destroys the tree under the walk. */
final class LookUpInLivingMm extends Rule {
  LookUpInLivingMm() {
    super(memorySafety("R108", "a look-up runs only in an mm with users").since("6.4").on(Op.LOCK_VMA_UNDER_RCU).reading(Field.MM_USERS)
        .sources("kernel/fork.c mmput(), __mmput()", "mm/mmap.c exit_mmap()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().has(Field.MM_USERS)) {
      return;
    }
    long users = step.sample().value(Field.MM_USERS);
    if (users <= 0) {
      checks.brokenByValues("lock_vma_under_rcu() in an mm whose mm_users is %d".formatted(users));
    } else {
      checks.held();
    }
  }
}
