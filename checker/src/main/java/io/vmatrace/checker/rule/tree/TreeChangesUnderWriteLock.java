package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * The tree of an mm is changed only in its write section. A VMA that is known to belong to an mm and is stored by a task that certainly
 * holds no mmap_lock for writing was stored without it.
 */
final class TreeChangesUnderWriteLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R47",
          "the VMA tree is changed only under the mmap_lock held for writing",
          Severity.MEMORY_SAFETY,
          EnumSet.allOf(Generation.class),
          List.of("mm/vma.h vma_iter_store*(): mmap_assert_write_locked()",
          "Documentation/mm/process_addrs.rst"),
          EnumSet.of(Op.MAS_STORE),
          EnumSet.of(Op.MAS_STORE, Op.MMAP_WRITE_LOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.task().innermostSection() != null) {
      checks.held();
    } else if (step.task().isHoldsKnown() && step.vma() != null && step.mm() != null) {
      checks.broken("a VMA is stored in its mm's tree by a task that does not hold the mmap_lock for writing");
    }
  }
}
