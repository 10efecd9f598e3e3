package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * mm_take_all_locks() write-locks every VMA, and mm_drop_all_locks() gives back the locks of files and anonymous memory only: the VMAs stay
 * locked until the section ends. Where a signal stops mm_take_all_locks() half-way, it has locked some of them, so the VMA's own lock has to be seen.
 */
final class DropKeepsWriteLocks extends Rule {
  private final PerMm<Dropped> dropped = new PerMm<>();

  DropKeepsWriteLocks() {
    super(memorySafety("R86", "mm_drop_all_locks() ends no write lock of a VMA").since("6.15").on(Op.MM_DROP_ALL_LOCKS, Op.VMA_START_READ, Op.MMAP_WRITE_UNLOCK)
        .needs(Op.VMA_START_READ)
        .relyingOn(Fact.WRITE_SECTION, Fact.IN_LOOK_UP, Fact.VMA_WRITE_LOCKED)
        .sources("mm/mmap.c mm_take_all_locks(), mm_drop_all_locks() (mm/vma.c, 6.16)", "commit eeff9a5d47f8 (6.5)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    switch (step.op()) {
      case MM_DROP_ALL_LOCKS -> dropped(step, mm);
      case VMA_START_READ -> lookedUp(step, mm, checks);
      default -> released(mm, checks);
    }
  }

  private void dropped(Step step, MmState mm) {
    WriteSection section = step.task().sectionOf(mm);
    dropped.put(mm, section == null ? null : new Dropped(section, step.moment().copy()));
  }

  private void lookedUp(Step step, MmState mm, Checks checks) {
    Dropped last = dropped.get(mm);
    var entered = step.task().read().entered();
    if (last != null && last.section.isOpen() && entered.known() && last.at.surelyBefore(entered)) {
      judge(step, last, checks);
      dropped.put(mm, null);
    }
  }

  private void released(MmState mm, Checks checks) {
    if (dropped.get(mm) != null) {
      dropped.put(mm, null);
      checks.held();
    }
  }

  private void judge(Step step, Dropped last, Checks checks) {
    String message = "lock_vma_under_rcu() gave a read lock at 0x%x after mm_drop_all_locks(), in the same write section".formatted(step.address());
    Evidence drop = seen(last.at, "mm_drop_all_locks() begins");
    Evidence entry = seen(step.task().read().entered(), "the look-up begins");
    VmaState vma = step.vma();
    if (vma != null && vma.isWriteLockedIn(last.section)) {
      checks.brokenUnless(() -> !last.section.isOpen(), message, drop, entry);
    } else {
      checks.suspect(message, drop, entry);
    }
  }

  private record Dropped(WriteSection section, Moment at) {}
}
