package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
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
 * A VMA is freed after it was detached: vm_area_free() of a VMA with references, or (to 6.14) without its detached flag, leaves readers
 * with freed memory. What was never in a tree (an error path of mmap) is no evidence to 6.14, where a VMA is born attached.
 */
final class FreedOnlyDetached implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R59",
          "a VMA is detached before it is freed",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("mm/vma_init.c vm_area_free() (vma_assert_detached(), 6.15)",
          "kernel/fork.c vm_area_free() (to 6.14)"),
          EnumSet.of(Op.VM_AREA_FREE),
          EnumSet.of(Op.VM_AREA_FREE),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    if (sample.hasRefcnt()) {
      if (sample.refcnt() != 0) {
        checks.brokenByValues("vm_area_free() of a VMA with vm_refcnt 0x%x: it is not detached".formatted(sample.refcnt()));
      } else {
        checks.held();
      }
    } else if (sample.hasDetached()) {
      checkFlag(step, checks);
    }
  }

  private static void checkFlag(Step step, Checks checks) {
    VmaState vma = step.vma();
    if (step.sample().detached()) {
      checks.held();
    } else if (vma != null && vma.life() == VmaState.Life.ATTACHED && vma.ranges() == 0) {
      checks.broken(
          "vm_area_free() of a VMA that was in its mm's tree and was never marked detached",
          Evidence.of(vma.allocated(), "allocated"));
    }
  }
}
