package io.vmatrace.checker.rule.writer;

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
 * A new VMA is write-locked before it is stored in the tree, so that no fault gets at it before it is complete.
 */
final class NewVmaLockedBeforeVisible implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R38",
          "a new VMA is write-locked before it becomes visible",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("33313a747e81 (6.5, 6.4.3)",
          "mm/vma.c vma_link(), __mmap_new_vma() (6.15)"),
          EnumSet.of(Op.MAS_STORE),
          EnumSet.of(Op.VMA_START_WRITE_RET, Op.VM_AREA_ALLOC),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    if (vma == null || vma.life() != VmaState.Life.ALLOCATED || vma.mm() == null) {
      return;
    }
    WriteSection section = step.task().sectionOf(vma.mm());
    if (section == null || !section.acquired().surelyBefore(step.moment())) {
      return;
    }
    if (vma.isWriteLockedIn(section)) {
      checks.held();
    } else {
      checks.broken(
          "a new VMA is stored in the tree without having been write-locked",
          Evidence.of(vma.allocated(), "the VMA is allocated"),
          Evidence.of(section.acquired(), "takes the mmap_lock for writing"));
    }
  }
}
