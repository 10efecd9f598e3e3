package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** Only a tree in RCU mode leaves its old nodes to those who walk it without a lock; fork and exit switch that off where nobody can. */
final class LookUpInRcuTree extends Rule {
  /** MT_FLAGS_USE_RCU: include/linux/maple_tree.h. */
  private static final long USE_RCU = 0x2;

  LookUpInRcuTree() {
    super(memorySafety("R106", "the tree is in RCU mode while a look-up walks it").since("6.4").on(Op.LOCK_VMA_UNDER_RCU).reading(Field.MT_FLAGS)
        .sources("include/linux/mm_types.h MM_MT_FLAGS", "kernel/fork.c dup_mmap() (mm/mmap.c, 6.16)", "mm/mmap.c exit_mmap()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().has(Field.MT_FLAGS)) {
      return;
    }
    long flags = step.sample().value(Field.MT_FLAGS);
    if ((flags & USE_RCU) == 0) {
      checks.brokenByValues("lock_vma_under_rcu() in a tree that is not in RCU mode: ma_flags 0x%x".formatted(flags));
    } else {
      checks.held();
    }
  }
}
