package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A reader cannot raise vm_refcnt from 0 or, to 6.14, sees the detached flag: a look-up that begins after the detach does not return that VMA. */
final class ReadLockOnlyAttached extends Rule {
  private final PerVma<Reads> reads = new PerVma<>();

  ReadLockOnlyAttached() {
    super(memorySafety("R15", "a VMA read lock is granted only on an attached VMA").since("6.4")
        .on(Op.VMA_START_READ, Op.HANDLE_MM_FAULT, Op.VMA_START_WRITE, Op.VMA_PREPARE, Op.VM_AREA_FREE).needs(Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.VMA_GONE)
        .sources("mm/mmap_lock.c lock_vma_under_rcu(), vma_start_read() (6.18)", "mm/memory.c lock_vma_under_rcu() (to 6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.op() == Op.VMA_START_READ) {
      lookedUp(step, checks);
    } else if (step.vma() != null) {
      seen(step, step.vma());
    }
  }

  private void lookedUp(Step step, Checks checks) {
    var vma = step.vma();
    var look = step.task().read();
    if (vma == null || vma.life() == VmaState.Life.UNKNOWN || vma.life() == VmaState.Life.ALLOCATED || !look.entered().known()) {
      return;
    }
    Moment gone = (vma.life() == VmaState.Life.FREED ? vma.freed() : vma.detached()).copy();
    if (vma.life() == VmaState.Life.ATTACHED || !gone.surelyBefore(look.entered())) {
      checks.held();
      return;
    }
    int incarnation = vma.incarnation();
    VmaState.Life life = vma.life();
    Reads gotten = gotten(vma);
    checks.brokenUnless(
        () -> vma.incarnation() != incarnation || vma.life() != life,
        () -> gotten.anew,
        "lock_vma_under_rcu() returned a VMA that was %s before the look-up began".formatted(life == VmaState.Life.FREED ? "freed" : "detached"),
        seen(gone, life == VmaState.Life.FREED ? "is freed" : "is detached"),
        seen(look.entered(), "the look-up begins"));
  }

  private Reads gotten(VmaState vma) {
    Reads before = reads.get(vma);
    Reads gotten = before == null ? new Reads() : before;
    reads.put(vma, gotten);
    return gotten;
  }

  /** What is written to or freed is not gone, nor what is attached under a fault. */
  private void seen(Step step, VmaState vma) {
    Reads gotten = reads.get(vma);
    if (gotten != null && (step.op() != Op.HANDLE_MM_FAULT || step.sample().isAttachedUnderReader())) {
      gotten.anew = true;
      reads.put(vma, null);
    }
  }

  /** Look-ups that returned a VMA that was gone. */
  private static final class Reads {
    /** Whether it turns out to have been made anew, unseen. */
    private boolean anew;
  }
}
