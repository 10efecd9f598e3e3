package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A new VMA is write-locked before it is stored in the tree, so that no fault gets at it before it is complete. */
final class NewVmaLockedBeforeVisible extends Rule {
  NewVmaLockedBeforeVisible() {
    super(memorySafety("R38", "a new VMA is write-locked before it becomes visible").since("6.15").on(Op.MAS_STORE)
        .relyingOn(Fact.VMA_ALLOCATED, Fact.WRITE_SECTION, Fact.VMA_NOT_WRITE_LOCKED)
        .sources("33313a747e81 (6.5, 6.4.3)", "mm/vma.c vma_link(), __mmap_new_vma() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var vma = step.vma();
    if (vma == null || vma.life() != Life.ALLOCATED || vma.mm() == null) {
      return;
    }
    var section = step.task().sectionOf(vma.mm());
    if (section == null || !section.acquired().surelyBefore(step.moment())) {
      return;
    }
    if (vma.isWriteLockedIn(section)) {
      checks.held();
    } else if (vma.isNotWriteLockedIn(section)) {
      checks.absent("__vma_start_write()");
      checks.broken(
          "a new VMA is stored in the tree without having been write-locked",
          seen(vma.allocated(), "the VMA is allocated"),
          seen(section.acquired(), "takes the mmap_lock for writing"));
    }
  }
}
