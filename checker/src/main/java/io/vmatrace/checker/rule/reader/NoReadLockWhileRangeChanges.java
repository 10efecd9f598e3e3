package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** Between vma_prepare() and vma_complete() the range of a VMA changes (split, merge, expand); all VMAs involved were write-locked before. */
final class NoReadLockWhileRangeChanges extends Rule {
  private final PerVma<Change> prepared = new PerVma<>();

  NoReadLockWhileRangeChanges() {
    super(memorySafety("R78", "no read lock is granted on a VMA between vma_prepare() and vma_complete()").since("6.4")
        .on(Op.VMA_PREPARE, Op.VMA_COMPLETE, Op.VMA_START_READ).needs(Op.VMA_START_READ).relyingOn(Fact.IN_LOOK_UP, Fact.RANGE_CHANGES, Fact.WRITE_SECTION)
        .sources("mm/vma.c vma_prepare(), vma_complete(), __split_vma(), commit_merge() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    if (vma == null) {
      return;
    }
    switch (step.op()) {
      case VMA_PREPARE -> {
        WriteSection section = step.task().sectionOf(step.mm());
        remember(step, section == null ? null : new Change(step.moment().copy(), section));
      }
      case VMA_COMPLETE -> remember(step, null);
      default -> checkLookUp(step, vma, checks);
    }
  }

  private void remember(Step step, @Nullable Change change) {
    if (step.vma() != null) {
      prepared.put(step.vma(), change);
    }
    if (step.removed() != null) {
      prepared.put(step.removed(), change);
    }
  }

  private void checkLookUp(Step step, VmaState vma, Checks checks) {
    var read = step.task().read();
    Change change = prepared.get(vma);
    if (!read.entered().known()) {
      return;
    }
    if (change == null || !change.section.isOpen() || !change.since.surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        () -> prepared.get(vma) != change || !change.section.isOpen(),
        "lock_vma_under_rcu() returned a VMA whose range is being changed",
        seen(change.since, "the change of its range begins"),
        seen(read.entered(), "the look-up begins"));
  }

  /** A vma_prepare() whose vma_complete() has not come yet, in a write section. */
  private record Change(Moment since, WriteSection section) {}
}
