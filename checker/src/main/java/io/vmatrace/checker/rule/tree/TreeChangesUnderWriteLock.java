package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** The tree of an mm is changed only in its write section. */
final class TreeChangesUnderWriteLock extends Rule {
  TreeChangesUnderWriteLock() {
    super(memorySafety("R47", "the VMA tree is changed only under the mmap_lock held for writing").on(Op.MAS_STORE, Op.MAS_ERASE)
        .relyingOn(Fact.WRITE_SECTION, Fact.HOLDS_NOTHING_ELSE)
        .sources("mm/vma.h vma_iter_store*(): mmap_assert_write_locked()", "fs/exec.c __bprm_mm_init(), setup_arg_pages() (6.12)",
            "mm/vma_exec.c create_init_stack_vma() (6.16)", "mm/mprotect.c do_mprotect_pkey()", "Documentation/mm/process_addrs.rst"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.mm() == null ? step.task().innermostSection() != null : step.task().sectionOf(step.mm()) != null) {
      checks.held();
    } else if (step.task().isHoldsKnown() && step.mm() != null) {
      String what = step.op() == Op.MAS_STORE ? "a VMA is stored in" : "%s is cleared in".formatted(step.range());
      String message = "%s its mm's tree by a task that does not hold the mmap_lock for writing".formatted(what);
      Evidence[] evidence = {
        seen(step.task().inUserModeAt(), "is in user mode, where a task holds nothing"), seen(lastHeld(step), "the mmap_lock is no longer held for writing from here on")
      };
      boolean ofForksChild = step.task().mm() != null && step.mm() != step.task().mm() && step.mm() != step.task().execMm();
      if (ofForksChild) {
        checks.broken(message, evidence); // whose lock was just seen to be taken
      } else {
        checks.brokenForWantOf(Absence.ACQUISITION, message, evidence);
      }
    }
  }

  /** Where the task's last write section of the mm ended, since it was in user mode; unset where it had none. */
  private static Moment lastHeld(Step step) {
    WriteSection last = step.mm() == null ? null : step.mm().section();
    if (last == null || last.task() != step.task() || last.isOpen()) {
      return new Moment();
    }
    return step.task().inUserModeAt().surelyBefore(last.ended()) ? last.ended() : new Moment();
  }
}
