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
 * munmap takes its range out of the tree by one store, and only then vms_complete_munmap_vmas() frees the VMAs. A store that clears the
 * range after one of them was freed, with no other munmap begun in between, shows that the tree held freed VMAs until then.
 */
final class FreedOutOfTree implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R55",
          "the tree holds no freed VMA",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c do_vmi_align_munmap(), vms_complete_munmap_vmas() (6.12)"),
          EnumSet.of(Op.MAS_ERASE),
          EnumSet.of(Op.MAS_ERASE, Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_COMPLETE_MUNMAP_VMAS, Op.VM_AREA_FREE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Clears.check(step, checks, step.task().unmap().freed(), "is cleared after a VMA of it was freed", "the VMA is freed");
  }
}
