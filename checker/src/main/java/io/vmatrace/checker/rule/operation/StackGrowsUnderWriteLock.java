package io.vmatrace.checker.rule.operation;

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
 * Stack growth changes vm_start and the tree, so it needs the mmap_lock for writing; under the read lock it was StackRot (bug B03).
 */
final class StackGrowsUnderWriteLock implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R76",
          "a stack grows only under the mmap_lock held for writing",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c expand_downwards(), 6.5: 8d7071af8907",
          "protocol.md B03"),
          EnumSet.of(Op.EXPAND_DOWNWARDS),
          EnumSet.of(Op.EXPAND_DOWNWARDS, Op.MMAP_WRITE_LOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.task().innermostSection() != null) {
      checks.held();
    } else if (step.task().isHoldsKnown()) {
      boolean reading = !step.task().holds().isEmpty();
      checks.broken("expand_downwards() by a task that holds the mmap_lock %s".formatted(reading ? "for reading" : "not at all"));
    }
  }
}
