package io.vmatrace.checker.rule.refcnt;

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
 * A detach is over when nobody holds a reference: the drop of the last one made the count 0, or the second wait did. Readers cannot
 * raise it from 0.
 */
final class DetachedMeansZero implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R06",
          "when a detach is finished vm_refcnt is 0",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c vma_mark_detached() (6.15 to 6.19), __vma_exclude_readers_for_detach() (7.0)",
          "protocol.md 4.1, M1 and M2"),
          EnumSet.of(Op.VMA_MARK_DETACHED_RET, Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET),
          EnumSet.noneOf(Op.class),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt != 0) {
      checks.brokenByValues("the detach has finished with vm_refcnt 0x%x".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
