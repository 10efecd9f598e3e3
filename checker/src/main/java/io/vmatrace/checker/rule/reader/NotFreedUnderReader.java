package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A VMA is write-locked before it is freed, and while it has a reader that has to wait; to 6.14 its memory goes back a grace period later. */
final class NotFreedUnderReader extends Rule {
  /**
   * In nanoseconds: events of some kinds that were switched off are not on again sooner. In a longer time one fault may have ended and another one
   * begun in the VMA that was made in the place of the freed one.
   */
  private static final long SWITCHED_OFF = 2_000_000;

  private final PerVma<Moment> calledBack = new PerVma<>();

  NotFreedUnderReader() {
    super(memorySafety("R60", "a VMA is not freed while a reader holds it").since("6.4")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.VM_AREA_FREE_RCU).needs(Op.VM_AREA_FREE).relyingOn(Fact.VMA_READ_LOCKED, Fact.IN_FAULT)
        .sources("mm/vma_init.c vm_area_free() (6.15)", "mm/mmap_lock.c vma_mark_detached()", "kernel/fork.c vm_area_free(), vm_area_free_rcu_cb() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.VM_AREA_FREE_RCU) {
      if (step.vma() != null) {
        calledBack.put(step.vma(), step.moment().copy());
      }
      return;
    }
    var read = step.task().read();
    var vma = read.vma();
    if (vma == null || vma != step.vma() || !Reads.isHeldAt(step)) {
      return;
    }
    Moment back = calledBack.get(vma);
    boolean isOneFault = read.isSameVma() || step.moment().time() - read.granted().time() < SWITCHED_OFF;
    if (isOneFault && read.freed().surelyBetween(read.granted(), step.moment())) {
      checks.broken(
          "the VMA was freed while this fault held it read-locked",
          seen(read.granted(), "the read lock is granted"),
          broke(read.freed(), "the VMA is freed"));
    } else if (read.isSameVma() && back != null && back.surelyBetween(read.granted(), step.moment())) {
      checks.broken(
          "the memory of the VMA went back to the slab while this fault held it read-locked",
          seen(read.granted(), "the read lock is granted"),
          broke(back, "the memory of the VMA goes back"));
    } else {
      checks.held();
    }
  }
}
