package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * do_vmi_align_munmap() frees what it has gathered once nothing can fail any more: where it fails, it has attached everything again. The return of
 * another call that was not seen may stand between.
 */
final class FailedMunmapFreesNothing extends Rule {
  private final PerTask<Completed> completed = new PerTask<>();

  FailedMunmapFreesNothing() {
    super(memorySafety("R58", "an unmapping that fails has freed nothing").onlyPossible().since("6.4")
        .on(Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_COMPLETE_MUNMAP_VMAS, Op.MUNMAP_RET).needs(Op.VMS_GATHER_MUNMAP_VMAS)
        .relyingOn(Fact.UNMAPPING)
        .sources("mm/vma.c do_vmi_align_munmap() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS -> completed.put(step.task(), null);
      case VMS_COMPLETE_MUNMAP_VMAS -> completed.put(step.task(), new Completed(step.range(), step.moment().copy()));
      default -> returned(step, checks);
    }
  }

  private void returned(Step step, Checks checks) {
    Completed last = completed.get(step.task());
    if (last == null || !last.range.equals(step.range())) {
      return;
    }
    completed.put(step.task(), null);
    if (step.ret() == 0) {
      checks.held();
    } else {
      checks.suspect(
          "do_vmi_align_munmap() returns %d, though it has freed its VMAs".formatted(step.ret()), seen(last.at, "vms_complete_munmap_vmas() begins"));
    }
  }

  private record Completed(PageRange range, Moment at) {}
}
