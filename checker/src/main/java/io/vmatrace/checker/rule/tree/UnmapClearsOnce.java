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
 * munmap takes its whole range out of the tree by one store, after it has write-locked and detached every VMA of it: a reader sees all of the
 * range or nothing. So no part of the range is cleared while vms_gather_munmap_vmas() runs.
 */
final class UnmapClearsOnce implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R67",
          "munmap clears nothing of its range while it gathers",
          Severity.WRONG_RESULT,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c vms_gather_munmap_vmas(), do_vmi_align_munmap() (6.12)"),
          EnumSet.of(Op.MAS_ERASE),
          EnumSet.of(Op.MAS_ERASE, Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS_RET),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Clears.check(
        step, checks, step.task().unmap().gathering(), "leaves the tree while munmap still gathers", "vms_gather_munmap_vmas() begins");
  }
}
