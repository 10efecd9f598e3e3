package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A merge copies anon_vma into a VMA that faults can find, and has write-locked it; fork, split and mremap copy it into new ones. */
final class AnonVmaIntoLockedVma extends Rule {
  AnonVmaIntoLockedVma() {
    super(memorySafety("R85", "anon_vma is copied only into a write-locked or a new VMA").since("6.15").on(Op.ANON_VMA_CLONE)
        .reading(Field.REFCNT, Field.LOCK_SEQ, Field.MM_SEQ)
        .sources("mm/vma.c dup_anon_vma() and its callers", "mm/rmap.c anon_vma_clone()", "commit d8ab9f7b644a (6.5)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    if (!sample.hasRefcnt() || !sample.hasSeqs()) {
      return;
    }
    if (WriteLocks.isAttached(sample)) {
      WriteLocks.judge(sample, "anon_vma_clone() into a VMA", checks);
    } else {
      checks.held();
    }
  }
}
