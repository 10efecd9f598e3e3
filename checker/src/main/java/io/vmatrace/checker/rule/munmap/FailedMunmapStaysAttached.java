package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * Where do_vmi_align_munmap() fails it attaches again what it had gathered (reattach_vmas()). A VMA of its range that a fault finds detached
 * under the mmap_lock is in the tree, and no look-up will ever get it. What else may have detached it does not show.
 */
final class FailedMunmapStaysAttached extends Rule {
  private final PerMm<Failed> failures = new PerMm<>();

  FailedMunmapStaysAttached() {
    super(hang("R69", "an unmapping that fails leaves its VMAs attached").onlyPossible().since("6.4").on(Op.MUNMAP_RET, Op.HANDLE_MM_FAULT)
        .byValues().needs(Op.MUNMAP_RET)
        .sources("mm/vma.c do_vmi_align_munmap(), reattach_vmas() (6.12)", "mm/mmap.c do_vmi_align_munmap() (to 6.10)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.HANDLE_MM_FAULT) {
      faults(step, failures.get(mm), checks);
    } else if (step.ret() == 0) {
      checks.held();
    } else {
      failures.put(mm, new Failed(step.range(), step.moment().copy()));
    }
  }

  private static void faults(Step step, @Nullable Failed failed, Checks checks) {
    if (failed == null || step.isUnderVmaLock() || !failed.range.contains(step.address())) {
      return;
    }
    if (isDetached(step.sample())) {
      checks.suspect("a fault under the mmap_lock finds a detached VMA, in a range that was not unmapped", seen(failed.at, "do_vmi_align_munmap() fails"));
    } else {
      checks.held();
    }
  }

  private static boolean isDetached(Sample sample) {
    return sample.hasRefcnt() ? sample.refcnt() == 0 : sample.hasDetached() && sample.detached();
  }

  private record Failed(PageRange range, Moment at) {}
}
