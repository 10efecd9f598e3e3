package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** exit_mmap() runs when nobody uses the mm any more: from its write section on no read lock can be granted. */
final class NoReaderAtExit extends Rule {
  private final PerMm<Moment> lastGranted = new PerMm<>();

  NoReaderAtExit() {
    super(memorySafety("R74", "no VMA is read-locked in an mm that exits").since("6.4").on(Op.EXIT_MMAP, Op.VMA_START_READ).relyingOn(Fact.WRITE_SECTION)
        .needs(Op.EXIT_MMAP, Op.VMA_START_READ).sources("mm/mmap.c exit_mmap(): mm_users is 0"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.VMA_START_READ) {
      lastGranted.put(mm, step.moment().copy());
      return;
    }
    var section = step.task().sectionOf(mm);
    Moment read = lastGranted.get(mm);
    if (section == null) {
      return;
    }
    if (read != null && read.surelyBetween(section.acquired(), step.moment())) {
      checks.broken(
          "a VMA read lock was granted in an mm that was being destroyed",
          seen(section.acquired(), "exit_mmap() takes the mmap_lock for writing"),
          broke(read, "a read lock is granted"));
    } else {
      checks.held();
    }
  }
}
