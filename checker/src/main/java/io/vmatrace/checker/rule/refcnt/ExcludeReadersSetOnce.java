package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Only the holder of the mmap_lock adds the flag that excludes readers: a flag that is there was left by an earlier writer (bug B17). */
final class ExcludeReadersSetOnce extends Rule {
  ExcludeReadersSetOnce() {
    super(memorySafety("R02", "no exclude-readers flag is set when a writer begins").since("6.15").on(Op.VMA_START_WRITE).byValues().relyingOn(Fact.WRITE_SECTION)
        .sources("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || step.task().sectionOf(step.mm()) == null) {
      return;
    }
    if (step.sample().excludesReaders()) {
      checks.broken("vm_refcnt is 0x%08x: the exclude-readers flag is set before this writer set it".formatted(step.sample().refcnt()));
    } else {
      checks.held();
    }
  }
}
