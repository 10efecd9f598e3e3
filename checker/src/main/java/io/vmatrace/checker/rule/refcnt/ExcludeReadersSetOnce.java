package io.vmatrace.checker.rule.refcnt;

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
 * The flag that excludes readers is added by one writer or detacher at a time, and only under the mmap_lock held for writing: at the
 * entry of __vma_start_write() by the holder nobody can have added it. A flag that is there was leaked (bug B17).
 */
final class ExcludeReadersSetOnce implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R02",
          "no exclude-readers flag is set when a writer begins",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
          EnumSet.of(Op.VMA_START_WRITE),
          EnumSet.of(Op.VMA_START_WRITE),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || step.task().sectionOf(step.mm()) == null) {
      return;
    }
    int refcnt = step.sample().refcnt();
    if (refcnt > 0 && (refcnt & Sample.EXCLUDE_READERS) != 0) {
      checks.broken("vm_refcnt is 0x%08x: the exclude-readers flag is set before this writer set it".formatted(refcnt));
    } else {
      checks.held();
    }
  }
}
