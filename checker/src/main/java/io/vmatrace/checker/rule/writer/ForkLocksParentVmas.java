package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * fork write-locks each VMA of the parent before it copies it, so that no fault installs a page that one of the two would not see (bug
 * B01).
 */
final class ForkLocksParentVmas implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R72",
          "fork write-locks each parent VMA before it copies it",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("fb49c455323f (6.5, 6.4.3)",
          "kernel/fork.c dup_mmap()"),
          EnumSet.of(Op.VM_AREA_DUP),
          EnumSet.of(Op.VM_AREA_DUP, Op.VMA_START_WRITE_RET, Op.MMAP_WRITE_LOCK),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState parent = step.task().forkParent();
    VmaState original = step.other();
    if (parent == null || original == null) {
      return;
    }
    WriteSection section = step.task().sectionOf(parent);
    if (section == null) {
      return;
    }
    checks.about(parent, original);
    if (original.isWriteLockedIn(section)) {
      checks.held();
    } else {
      checks.broken(
          "fork copies a VMA of the parent that it has not write-locked",
          Evidence.of(section.acquired(), "fork takes the parent's mmap_lock for writing"));
    }
  }
}
