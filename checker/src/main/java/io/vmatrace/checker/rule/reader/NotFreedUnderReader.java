package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A read lock holds a reference, and a VMA with references is neither detached nor freed. */
final class NotFreedUnderReader extends Rule {
  NotFreedUnderReader() {
    super(memorySafety("R60", "a VMA is not freed while a reader holds it").since("6.15").on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET).needs(Op.VM_AREA_FREE)
        .relyingOn(Fact.VMA_READ_LOCKED, Fact.IN_FAULT).sources("mm/vma_init.c vm_area_free() (6.15)", "mm/mmap_lock.c vma_mark_detached()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var read = step.task().read();
    var vma = read.vma();
    if (vma == null || vma != step.vma() || !Reads.isHeldAt(step)) {
      return;
    }
    if (read.isSameVma() && vma.freed().surelyBetween(read.granted(), step.moment())) {
      checks.broken(
          "the VMA was freed while this fault held it read-locked",
          seen(read.granted(), "the read lock is granted"),
          seen(vma.freed(), "the VMA is freed"));
    } else {
      checks.held();
    }
  }
}
