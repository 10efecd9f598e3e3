package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
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
 * A read lock holds a reference, and a VMA with references is neither detached nor freed.
 */
final class NotFreedUnderReader implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R60",
          "a VMA is not freed while a reader holds it",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/vma_init.c vm_area_free() (6.15)",
          "mm/mmap_lock.c vma_mark_detached()"),
          EnumSet.of(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET),
          EnumSet.of(Op.VMA_START_READ, Op.VM_AREA_FREE),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaRead read = step.task().read();
    VmaState vma = read.vma();
    if (vma == null || vma != step.vma() || !Reads.isHeldAt(step)) {
      return;
    }
    if (read.isSameVma() && vma.freed().surelyBetween(read.granted(), step.moment())) {
      checks.broken(
          "the VMA was freed while this fault held it read-locked",
          Evidence.of(read.granted(), "the read lock is granted"),
          Evidence.of(vma.freed(), "the VMA is freed"));
    } else {
      checks.held();
    }
  }
}
