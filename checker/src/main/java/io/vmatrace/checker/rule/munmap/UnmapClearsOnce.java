package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** munmap takes its whole range out of the tree by one store, after it has gathered: a reader sees all of the range or nothing. */
final class UnmapClearsOnce extends Rule {
  private final PerTask<Gathering> gathering = new PerTask<>();

  UnmapClearsOnce() {
    super(wrongResult("R67", "munmap clears nothing of its range while it gathers").since("6.4").on(Op.VMS_GATHER_MUNMAP_VMAS, Op.MAS_ERASE, Op.VMS_GATHER_MUNMAP_VMAS_RET)
        .needs(Op.MAS_ERASE).relyingOn(Fact.GATHERING, Fact.WRITE_SECTION).sources("mm/vma.c vms_gather_munmap_vmas(), do_vmi_align_munmap() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Gathering call = gathering.get(step.task());
    if (step.op() == Op.VMS_GATHER_MUNMAP_VMAS) {
      gathering.put(step.task(), new Gathering(step.range(), step.moment().copy(), null));
    } else if (call != null && step.op() == Op.MAS_ERASE && step.task().sectionOf(step.mm()) != null && call.range.overlaps(step.range())) {
      gathering.put(step.task(), new Gathering(call.range, call.entered, new Clear(step.range(), step.moment().copy())));
    } else if (call != null && step.op() == Op.VMS_GATHER_MUNMAP_VMAS_RET) {
      gathering.put(step.task(), null);
      judge(call, checks);
    }
  }

  private static void judge(Gathering call, Checks checks) {
    if (call.clear != null) {
      checks.broken(
          "%s left the tree while munmap still gathered".formatted(call.clear.range),
          seen(call.entered, "vms_gather_munmap_vmas() begins"),
          broke(call.clear.moment, "a part of its range is cleared"));
    } else {
      checks.held();
    }
  }

  private record Clear(PageRange range, Moment moment) {}

  /** A vms_gather_munmap_vmas() in flight, and a clear of its range in it. That the clear was inside is known when the function returns. */
  private record Gathering(PageRange range, Moment entered, @Nullable Clear clear) {}
}
