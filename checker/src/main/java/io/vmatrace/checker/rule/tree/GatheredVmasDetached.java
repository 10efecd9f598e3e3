package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * munmap write-locks and detaches every VMA of its range before anything leaves the tree, so that the change is atomic for a reader.
 */
final class GatheredVmasDetached implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R66",
          "munmap has detached every VMA of its range when it has gathered them",
          Severity.MEMORY_SAFETY,
          EnumSet.of(Generation.REFCOUNT),
          List.of("mm/vma.c vms_gather_munmap_vmas() (6.15)"),
          EnumSet.of(Op.VMS_GATHER_MUNMAP_VMAS_RET),
          EnumSet.of(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.VMA_MARK_DETACHED_RET, Op.MAS_STORE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null || step.ret() != 0 || step.flags() <= step.address()) {
      return;
    }
    for (VmaTree.Range range : mm.tree().within(step.address(), step.flags())) {
      VmaState vma = range.vma();
      if (vma != null && vma.life() == VmaState.Life.ATTACHED) {
        checks.about(mm, vma);
        checks.broken("munmap gathered 0x%x-0x%x and has left this VMA attached".formatted(step.address(), step.flags() + 1));
        return;
      }
    }
    checks.held();
  }
}
