package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** Whoever moves page tables out of a VMA has write-locked it, or a fault puts a page where the table has just been. */
final class TablesMoveFromLockedVma extends Rule {
  TablesMoveFromLockedVma() {
    super(memorySafety("R80", "page tables are moved only out of a write-locked VMA").since("6.4").on(Op.MOVE_PAGE_TABLES)
        .reading(Field.LOCK_SEQ, Field.MM_SEQ)
        .sources("mm/mremap.c move_vma(), move_page_tables()", "mm/vma_exec.c relocate_vma_down() (6.16; fs/exec.c, mm/mmap.c before)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.sample().hasSeqs()) {
      WriteLocks.judge(step.sample(), "move_page_tables() out of a VMA", checks);
    }
  }
}
