package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** Outside of a change the tree gives a VMA its own range. Not every clear shows as an event, so a mismatch is a hint and no proof. */
final class StoredRangeIsVmaRange extends Rule {
  StoredRangeIsVmaRange() {
    super(wrongResult("R49", "the range stored for a VMA is its own").onlyPossible().since("6.4").on(Op.HANDLE_MM_FAULT).needs(Op.MAS_STORE)
        .relyingOn(Fact.IN_TREE, Fact.WRITE_SECTION).sources("mm/vma.c vma_iter_store*()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    var vma = step.vma();
    if (mm == null || vma == null || !step.sample().hasRange() || mm.section() != null && mm.section().isOpen()) {
      return;
    }
    VmaTree.Range range = mm.tree().find(step.address());
    if (range == null) {
      return;
    }
    long start = step.sample().start();
    long end = step.sample().end();
    if (range.vma() == vma && range.first() == start && range.last() == end - 1) {
      checks.held();
    } else {
      checks.suspect(
          "the VMA covers 0x%x-0x%x, the tree as rebuilt has 0x%x-0x%x %s there"
              .formatted(start, end, range.first(), range.last() + 1, range.vma() == vma ? "for it" : "for another or none"));
    }
  }
}
