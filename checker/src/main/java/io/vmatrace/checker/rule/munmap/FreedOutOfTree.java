package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** munmap takes its range out of the tree by one store, and only then frees: a store that clears a part of it later shows freed VMAs in the tree. */
final class FreedOutOfTree extends Rule {
  /** The range that a munmap is about to free, and when it freed the first VMA of it. */
  private record Completing(PageRange range, @Nullable Moment freed) {}

  private final PerTask<Completing> completing = new PerTask<>();

  FreedOutOfTree() {
    super(memorySafety("R55", "the tree holds no freed VMA").since("6.4")
        .on(Op.MAS_ERASE, Op.VM_AREA_FREE, Op.VMS_COMPLETE_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS, Op.MMAP_WRITE_UNLOCK, Op.MMAP_WRITE_DOWNGRADE)
        .needs(Op.MAS_ERASE, Op.VM_AREA_FREE).relyingOn(Fact.RANGE_COMPLETING, Fact.WRITE_SECTION)
        .sources("mm/vma.c do_vmi_align_munmap(), vms_complete_munmap_vmas() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMS_COMPLETE_MUNMAP_VMAS -> completing.put(step.task(), new Completing(step.range(), null));
      case VM_AREA_FREE -> freed(step);
      case MAS_ERASE -> checkClear(step, checks);
      default -> completing.put(step.task(), null);
    }
  }

  private void freed(Step step) {
    Completing of = completing.get(step.task());
    if (of != null && of.freed == null && step.sample().hasRange() && of.range.covers(new PageRange(step.sample().start(), step.sample().end() - 1))) {
      completing.put(step.task(), new Completing(of.range, step.moment().copy()));
    }
  }

  private void checkClear(Step step, Checks checks) {
    Completing of = completing.get(step.task());
    if (step.task().sectionOf(step.mm()) == null) {
      return;
    }
    if (of != null && of.freed != null && of.range.overlaps(step.range())) {
      checks.broken("%s is cleared after a VMA of it was freed".formatted(step.range()), seen(of.freed, "the VMA is freed"));
    } else {
      checks.held();
    }
  }
}
