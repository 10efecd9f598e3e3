package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.FaultCall;
import io.vmatrace.checker.mm.Sample;
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
 * A fault under the VMA lock has a reference, and the VMA is attached, which counts one more: whatever writers and other readers add,
 * vm_refcnt without the exclude-readers flag is at least 2.
 */
final class FaultIsCounted implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R07",
          "a fault under the VMA lock and the attachment are both counted in vm_refcnt",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/mmap_lock.h vma_mark_attached(), vma_start_read() (6.15)",
          "mm/mmap_lock.c vma_start_read() (6.18)"),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || !FaultCall.isUnderVmaLock(step.flags())) {
      return;
    }
    int refcnt = step.sample().refcnt();
    int references = refcnt & ~Sample.EXCLUDE_READERS;
    if (refcnt >= 0 && references < 2) {
      checks.brokenByValues("vm_refcnt is 0x%x in a fault under the VMA lock: the fault's reference or the attachment's is gone".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
