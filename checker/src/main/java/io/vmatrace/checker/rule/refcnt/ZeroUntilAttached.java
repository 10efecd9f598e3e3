package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;

/**
 * vma_mark_attached() alone raises vm_refcnt from 0, in a write section of the VMA's mm. What munmap has detached by its downgrade is
 * attached to that mm by nobody before the mmap_lock is released: nobody can begin a write section, as mm_lock_seq proves, which is even
 * and the same.
 */
final class ZeroUntilAttached extends Rule {
  private final PerMm<Zeros> zeros = new PerMm<>();

  ZeroUntilAttached() {
    super(memorySafety("R03", "vm_refcnt leaves 0 only by an attach, in a write section of the VMA's mm").since("6.15").byValues()
        .on(Op.VMA_MARK_DETACHED_RET, Op.REMOVE_VMA, Op.VM_AREA_FREE, Op.HANDLE_MM_FAULT).relyingOn(Fact.MMAP_LOCK_HELD)
        .sources("include/linux/mmap_lock.h vma_mark_attached() (6.15)", "mm/vma.c vms_complete_munmap_vmas(): the downgrade (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    var vma = step.vma();
    if (mm == null || vma == null || !step.sample().hasRefcnt() || !step.sample().hasMmSeq()) {
      return;
    }
    if (step.op() != Op.VMA_MARK_DETACHED_RET) {
      judge(step, mm, vma, checks);
    }
    Hold hold = step.task().holdOf(mm);
    if (step.op() != Op.HANDLE_MM_FAULT && step.sample().refcnt() == 0 && hold != null && hold.section() != null) {
      of(mm, hold).byVma.put(vma.address(), new Zero(step.moment().copy(), step.sample().mmSeq()));
    }
  }

  private Zeros of(MmState mm, Hold hold) {
    Zeros of = zeros.get(mm);
    if (of == null || of.hold != hold) {
      of = new Zeros(hold, new LongObjectHashMap<>());
      zeros.put(mm, of);
    }
    return of;
  }

  private void judge(Step step, MmState mm, VmaState vma, Checks checks) {
    Zeros of = zeros.get(mm);
    Zero zero = of == null ? null : of.byVma.get(vma.address());
    if (of == null || zero == null || !of.hold.isDowngraded() || !mm.holds().contains(of.hold) || !zero.at.surelyBefore(step.moment())) {
      return;
    }
    int mmSeq = step.sample().mmSeq();
    boolean sameSection = mmSeq % 2 == 0 && (mmSeq == zero.mmSeq || mmSeq == zero.mmSeq + 1);
    if (!sameSection) {
      return;
    }
    if (step.sample().refcnt() == 0) {
      checks.held();
    } else {
      checks.broken(
          "vm_refcnt of a VMA that was detached is 0x%x again, though its mm had no write section since".formatted(step.sample().refcnt()),
          seen(of.hold.acquired(), "takes the mmap_lock for writing, and downgrades it later"),
          seen(zero.at, "vm_refcnt is 0"));
    }
  }

  /** The VMAs, by address, whose vm_refcnt was read as 0 in one hold of the mmap_lock that began as a write section. */
  private record Zeros(Hold hold, LongObjectHashMap<Zero> byVma) {}

  private record Zero(Moment at, int mmSeq) {}
}
