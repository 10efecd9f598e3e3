package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * Where lock_vma_under_rcu() refuses, uffd_lock_vma() read-locks the VMA under the mmap_lock (vma_start_read_locked()), or returns none. That an
 * acquisition is missing may be the recording's fault.
 */
final class StableVmaOfUserfaultfd extends Rule {
  private final PerTask<LookedUp> lookUps = new PerTask<>();

  StableVmaOfUserfaultfd() {
    super(memorySafety("R22", "uffd_lock_vma() read-locks a VMA that was refused only under the mmap_lock").onlyPossible().since("6.4")
        .on(Op.VMA_START_READ_REFUSED, Op.VMA_START_READ, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.UFFD_LOCK_VMA)
        .needs(Op.MMAP_READ_LOCK, Op.VMA_START_READ_REFUSED)
        .relyingOn(Fact.HOLDS_NOTHING_ELSE)
        .sources("mm/userfaultfd.c uffd_lock_vma() (6.9)", "include/linux/mmap_lock.h vma_start_read_locked()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMA_START_READ, VMA_START_READ_REFUSED ->
          lookUps.put(step.task(), new LookedUp(step.mm(), step.address(), step.op() == Op.VMA_START_READ_REFUSED, step.moment().copy()));
      case UFFD_LOCK_VMA -> returned(step, checks);
      default -> lookUps.put(step.task(), null);
    }
  }

  private void returned(Step step, Checks checks) {
    LookedUp last = lookUps.get(step.task());
    if (last == null || last.mm != step.mm() || last.address != step.address()) {
      return;
    }
    if (last.refused) {
      checks.suspect("uffd_lock_vma() returned a VMA that the look-up refused, without the mmap_lock", seen(last.at, "the look-up is refused"));
    } else {
      checks.held();
    }
  }

  private record LookedUp(@Nullable MmState mm, long address, boolean refused, Moment at) {}
}
