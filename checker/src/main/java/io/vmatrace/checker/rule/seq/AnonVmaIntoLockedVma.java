package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A merge copies anon_vma into a VMA that faults can find, and has write-locked it; fork, split and mremap copy it into new ones. */
final class AnonVmaIntoLockedVma extends Rule {
  private static final String WHAT = "anon_vma_clone() into a VMA";

  AnonVmaIntoLockedVma() {
    super(memorySafety("R85", "anon_vma is copied only into a write-locked or a new VMA").since("6.4").on(Op.ANON_VMA_CLONE)
        .reading(Field.LOCK_SEQ, Field.MM_SEQ).byValues().orByValues().relyingOn(Fact.VMA_ATTACHED)
        .sources("mm/vma.c dup_anon_vma() and its callers", "mm/rmap.c anon_vma_clone()", "commit d8ab9f7b644a (6.5)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    if (!sample.hasSeqs()) {
      return;
    }
    if (!sample.hasRefcnt()) {
      judgeBornAttached(step, checks);
    } else if (WriteLocks.isAttached(sample)) {
      WriteLocks.judge(sample, WHAT, checks);
    } else {
      checks.held();
    }
  }

  /** To 6.14 a new VMA has no detached flag either: only the capture tells that readers can find one. */
  private static void judgeBornAttached(Step step, Checks checks) {
    VmaState vma = step.vma();
    if (vma == null || vma.life() != VmaState.Life.ATTACHED) {
      return;
    }
    Sample sample = step.sample();
    if (sample.lockSeq() == Sample.NEVER_LOCKED) {
      return; // a new one, made unseen: none comes into the tree without being write-locked
    }
    if (sample.lockSeq() == sample.mmSeq()) {
      checks.held();
    } else {
      checks.broken("%s that is in the tree and not write-locked: %s".formatted(WHAT, WriteLocks.numbers(sample)));
    }
  }
}
