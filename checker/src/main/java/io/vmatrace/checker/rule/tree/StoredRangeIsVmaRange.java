package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * Outside of a change the range that the tree gives a VMA is the VMA's own [vm_start, vm_end). The tree is rebuilt from the stores that the
 * capture shows, and not every clear shows, so a mismatch is a hint and not a proof.
 */
final class StoredRangeIsVmaRange implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R49",
          "the range stored for a VMA is its own",
          Severity.WRONG_RESULT,
          Generation.VMA_LOCKS,
          List.of("mm/vma.c vma_iter_store*(), protocol.md 3.2"),
          EnumSet.of(Op.HANDLE_MM_FAULT),
          EnumSet.of(Op.MAS_STORE, Op.HANDLE_MM_FAULT),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    VmaState vma = step.vma();
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
