package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** All who take part in a merge are write-locked in the section that is open: where vma_complete() finds them they have the same vm_lock_seq. */
final class MergedVmasAreLocked extends Rule {
  MergedVmasAreLocked() {
    super(memorySafety("R77", "the VMA that stays and the one that a merge removes are write-locked in one section").since("6.4").on(Op.VMA_COMPLETE)
        .reading(Field.LOCK_SEQ, Field.REMOVE_LOCK_SEQ).byValues()
        .sources("mm/vma.c commit_merge(), vma_expand(), vma_complete() (6.12)", "mm/mmap.c vma_complete() (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    if (step.removed() == null || !sample.hasLockSeq() || !sample.has(Field.REMOVE_LOCK_SEQ)) {
      return;
    }
    int removed = (int) sample.value(Field.REMOVE_LOCK_SEQ);
    if (removed == sample.lockSeq()) {
      checks.held();
    } else {
      checks.brokenByValues(
          "a merge of two VMAs that are not both write-locked: vm_lock_seq %s, and %s of the one that is removed"
              .formatted(Integer.toUnsignedString(sample.lockSeq()), Integer.toUnsignedString(removed)));
    }
  }
}
