package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A downgrade ends the write section: the task is one reader among others and may no longer lock, detach or store VMAs of the mm. */
final class NothingWrittenAfterDowngrade extends Rule {
  NothingWrittenAfterDowngrade() {
    super(memorySafety("R43", "after a downgrade the task changes no VMA of the mm").since("6.4")
        .on(Op.VMA_START_WRITE, Op.VMA_MARK_DETACHED, Op.MAS_STORE, Op.MAS_ERASE, Op.MMAP_READ_UNLOCK).relyingOn(Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED)
        .sources("include/linux/mmap_lock.h mmap_write_downgrade()", "mm/vma.c vms_complete_munmap_vmas()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var hold = step.task().holdOf(step.mm());
    if (hold == null || !hold.isDowngraded() || hold.section() == null) {
      return;
    }
    if (step.op() == Op.MMAP_READ_UNLOCK) {
      checks.held();
    } else {
      checks.broken(
          "%s after the mmap_lock was downgraded".formatted(what(step)),
          seen(hold.section().acquired(), "takes the mmap_lock for writing"),
          seen(hold.section().ended(), "downgrades it"));
    }
  }

  private static String what(Step step) {
    return switch (step.op()) {
      case VMA_START_WRITE -> "__vma_start_write()";
      case VMA_MARK_DETACHED -> "vma_mark_detached()";
      case MAS_STORE -> "a VMA is stored in the tree";
      default -> "%s is cleared in the tree".formatted(step.range());
    };
  }
}
