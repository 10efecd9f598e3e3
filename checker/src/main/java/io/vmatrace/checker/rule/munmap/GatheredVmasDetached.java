package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState.Life;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/** munmap write-locks and detaches every VMA of its range before anything leaves the tree, so that the change is atomic for a reader. */
final class GatheredVmasDetached extends Rule {
  GatheredVmasDetached() {
    super(memorySafety("R66", "munmap has detached every VMA of its range when it has gathered them").onlyIn(Generation.REFCOUNT).on(Op.VMS_GATHER_MUNMAP_VMAS_RET)
        .needs(Op.VMA_MARK_DETACHED, Op.VMA_MARK_DETACHED_RET).relyingOn(Fact.IN_TREE, Fact.VMA_ATTACHED, Fact.VMA_NOT_DETACHED)
        .sources("mm/vma.c vms_gather_munmap_vmas() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null || step.ret() != 0 || step.last() <= step.first()) {
      return;
    }
    for (VmaTree.Range range : mm.tree().within(step.range())) {
      var vma = range.vma();
      if (vma != null && vma.life() == Life.ATTACHED && !range.isOfOneBefore() && isReadIn(step.range(), range)) {
        checks.about(mm, vma);
        checks.absent("vma_mark_detached()");
        checks.broken("munmap gathered %s and has left this VMA attached".formatted(step.range()));
        return;
      }
    }
    checks.held();
  }

  /** Whether the VMA of a range of the tree was last read as one of the gathered range, or never: else it was stored elsewhere, or was cut, unseen. */
  private static boolean isReadIn(PageRange gathered, VmaTree.Range range) {
    var vma = range.vma();
    return vma == null || vma.sights().end() == 0 || gathered.overlaps(new PageRange(vma.sights().start(), vma.sights().end() - 1));
  }
}
