package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/**
 * A VMA that is about to be attached is one that nobody can have read-locked: vma_mark_attached() sets vm_refcnt from 0 to 1. What this section has made
 * is write-locked once, and before it is attached.
 */
final class AttachedFromZero extends Rule {
  AttachedFromZero() {
    super(memorySafety("R04", "a VMA that is about to be attached has vm_refcnt 0").since("6.15").on(Op.VMA_LINK, Op.VMA_COMPLETE, Op.VMA_START_WRITE).byValues().orByValues()
        .relyingOn(Fact.VMA_MADE_IN_SECTION, Fact.WRITE_SECTION)
        .sources("include/linux/mmap_lock.h vma_mark_attached() (6.15)", "mm/vma.c vma_link(), vma_complete(), vma_iter_store_new() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    if (step.op() == Op.VMA_LINK && sample.hasRefcnt()) {
      judge("vma_link()", sample.refcnt(), checks);
    } else if (step.op() == Op.VMA_COMPLETE && step.other() != null && sample.has(Field.INSERT_REFCNT)) {
      judge("vma_complete()", (int) sample.value(Field.INSERT_REFCNT), checks);
    } else if (step.op() == Op.VMA_START_WRITE && sample.hasRefcnt() && step.vma() != null) {
      checkNew(step, step.vma(), checks);
    }
  }

  private static void checkNew(Step step, VmaState vma, Checks checks) {
    WriteSection section = step.task().sectionOf(step.mm());
    if (section == null || vma.mm() != step.mm() || vma.life() == Life.FREED || !section.acquired().surelyBefore(vma.allocated())) {
      return;
    }
    if (step.sample().refcnt() == 0) {
      checks.held();
    } else {
      checks.broken(
          "a new VMA has vm_refcnt 0x%x when __vma_start_write() comes to it: it is not detached".formatted(step.sample().refcnt()),
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(vma.allocated(), "the VMA is allocated"));
    }
  }

  private static void judge(String function, int refcnt, Checks checks) {
    if (refcnt == 0) {
      checks.held();
    } else {
      checks.brokenByValues("%s attaches a VMA that has vm_refcnt 0x%x: it is not detached".formatted(function, refcnt));
    }
  }
}
