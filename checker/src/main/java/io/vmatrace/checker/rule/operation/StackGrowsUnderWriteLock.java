package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Stack growth changes vm_start and the tree, so it needs the mmap_lock for writing; under the read lock it was StackRot (bug B03). */
final class StackGrowsUnderWriteLock extends Rule {
  StackGrowsUnderWriteLock() {
    super(memorySafety("R76", "a stack grows only under the mmap_lock held for writing").since("6.4").on(Op.EXPAND_DOWNWARDS).needs(Op.MMAP_WRITE_LOCK)
        .relyingOn(Fact.WRITE_SECTION, Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE).sources("mm/vma.c expand_downwards(), 6.5: 8d7071af8907"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.task().innermostSection() != null) {
      checks.held();
    } else if (step.task().isHoldsKnown()) {
      var reading = step.task().holdOf(step.mm());
      if (reading == null) {
        checks.brokenForWantOf(Absence.ACQUISITION, "expand_downwards() by a task that does not hold the mmap_lock");
      } else {
        checks.brokenByOverlap(reading, "expand_downwards() by a task that holds the mmap_lock for reading", seen(reading.acquired(), "acquires it for reading"));
      }
    }
  }
}
