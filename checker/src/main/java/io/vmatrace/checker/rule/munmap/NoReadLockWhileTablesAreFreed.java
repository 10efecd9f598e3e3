package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * munmap() frees page tables after its downgrade: while it holds the mmap_lock for reading, nobody can map anything in the range, so no
 * look-up finds a VMA there. Before the downgrade this is R68.
 */
final class NoReadLockWhileTablesAreFreed extends Rule {
  private final PerTask<Gathered> gathered = new PerTask<>();
  private final PerMm<Freeing> freeing = new PerMm<>();

  NoReadLockWhileTablesAreFreed() {
    super(memorySafety("R71", "no look-up succeeds in a range whose page tables munmap is freeing").since("6.4")
        .on(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.FREE_PGTABLES, Op.FREE_PGTABLES_RET, Op.VMA_START_READ)
        .needs(Op.FREE_PGTABLES, Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.UNMAPPING, Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED)
        .sources("mm/vma.c vms_complete_munmap_vmas(), vms_clear_ptes() (6.12)", "mm/memory.c free_pgtables()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS_RET -> gathered(step);
      case FREE_PGTABLES -> begins(step);
      case FREE_PGTABLES_RET -> ends(step, checks);
      default -> lookUp(step, checks);
    }
  }

  private void gathered(Step step) {
    MmState mm = step.mm();
    if (mm != null && step.ret() == 0 && step.last() > step.first()) {
      gathered.put(step.task(), new Gathered(mm, step.range()));
    } else {
      gathered.put(step.task(), null);
    }
  }

  private void begins(Step step) {
    Gathered last = gathered.get(step.task());
    Hold hold = last == null ? null : step.task().holdOf(last.mm);
    if (last != null && hold != null && hold.isDowngraded()) {
      freeing.put(last.mm, new Freeing(last.range, hold, step.moment().copy()));
    }
  }

  private void ends(Step step, Checks checks) {
    Gathered last = gathered.get(step.task());
    if (last != null && freeing.get(last.mm) != null) {
      freeing.put(last.mm, null);
      checks.held();
    }
  }

  private void lookUp(Step step, Checks checks) {
    MmState mm = step.mm();
    Freeing now = mm == null ? null : freeing.get(mm);
    var read = step.task().read();
    boolean concerned = now != null && isHeld(now.hold) && read.entered().known() && now.range.contains(step.address());
    if (mm == null || now == null || !concerned || !now.at.surelyBefore(read.entered())) {
      return;
    }
    checks.brokenUnless(
        () -> freeing.get(mm) != now || !isHeld(now.hold),
        "lock_vma_under_rcu() found a VMA at 0x%x, where task %d is freeing page tables".formatted(step.address(), now.hold.task().pid()),
        seen(now.hold.acquired(), "takes the mmap_lock for writing, and downgrades it later"),
        seen(now.at, "free_pgtables() begins"),
        seen(read.entered(), "the look-up begins"));
  }

  private static boolean isHeld(Hold hold) {
    return hold.task().holdOf(hold.mm()) == hold && hold.isDowngraded();
  }

  /** What a task has gathered last. */
  private record Gathered(MmState mm, PageRange range) {}

  /** A range whose page tables are being freed, under a hold that was downgraded. */
  private record Freeing(PageRange range, Hold hold, Moment at) {}
}
