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
        .on(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.FREE_PGTABLES, Op.FREE_PGTABLES_RET, Op.VMA_START_READ, Op.VM_AREA_FREE, Op.MMAP_READ_UNLOCK)
        .needs(Op.FREE_PGTABLES, Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.UNMAPPING, Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED, Fact.HOLDS_NOTHING_ELSE)
        .sources("mm/vma.c vms_complete_munmap_vmas(), vms_clear_ptes() (6.12)", "mm/memory.c free_pgtables()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS_RET -> gathered(step);
      case FREE_PGTABLES -> begins(step);
      case FREE_PGTABLES_RET -> ends(step, checks);
      case VM_AREA_FREE, MMAP_READ_UNLOCK -> goesOn(step);
      default -> lookUp(step, checks);
    }
  }

  private void gathered(Step step) {
    MmState mm = step.mm();
    Hold hold = mm == null ? null : step.task().holdOf(mm);
    boolean isAny = hold != null && step.ret() == 0 && step.last() > step.first();
    gathered.put(step.task(), hold != null && isAny ? new Gathered(step.range(), hold, new FoundInUnmapped(hold, step.moment().copy())) : null);
  }

  private void begins(Step step) {
    Gathered last = gathered.get(step.task());
    if (last != null && last.found.isHeld()) {
      freeing.put(last.hold.mm(), new Freeing(last, step.moment().copy()));
    }
  }

  private void ends(Step step, Checks checks) {
    goesOn(step);
    Gathered last = gathered.get(step.task());
    if (last != null && freeing.get(last.hold.mm()) != null) {
      freeing.put(last.hold.mm(), null);
      checks.held();
    }
  }

  private void goesOn(Step step) {
    Gathered last = gathered.get(step.task());
    if (last != null) {
      last.found.see(step);
    }
  }

  private void lookUp(Step step, Checks checks) {
    MmState mm = step.mm();
    Freeing now = mm == null ? null : freeing.get(mm);
    var read = step.task().read();
    if (mm == null || now == null || !isConcerned(now.of, step) || !now.at.surelyBefore(read.entered())) {
      return;
    }
    Hold hold = now.of.hold;
    FoundInUnmapped.LookUp found = now.of.found.add(step);
    checks.restingOn(Fact.IN_LOOK_UP, Fact.UNMAPPING, Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED);
    checks.brokenUnless(
        () -> freeing.get(mm) != now || !now.of.found.isHeld(),
        () -> !found.isDuringIt(),
        "lock_vma_under_rcu() found a VMA at 0x%x, where task %d is freeing page tables".formatted(step.address(), hold.task().pid()),
        seen(hold.acquired(), "takes the mmap_lock for writing, and downgrades it later"),
        seen(now.at, "free_pgtables() begins"),
        seen(read.entered(), "the look-up begins"));
  }

  private static boolean isConcerned(Gathered of, Step step) {
    return of.found.isHeld() && step.task().read().entered().known() && of.range.contains(step.address());
  }

  /** What a task has gathered last, under which hold, and what look-ups found in it since. */
  private record Gathered(PageRange range, Hold hold, FoundInUnmapped found) {}

  /** A gathered range whose page tables are being freed, under a hold that was downgraded. */
  private record Freeing(Gathered of, Moment at) {}
}
