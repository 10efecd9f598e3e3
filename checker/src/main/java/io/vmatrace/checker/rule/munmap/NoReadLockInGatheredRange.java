package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** What munmap has gathered is write-locked and detached, and so is what is mapped over it: no look-up there succeeds before the section ends. */
final class NoReadLockInGatheredRange extends Rule {
  /** What was gathered last in an mm, when and in which section. */
  private record Gathered(PageRange range, Moment moment, WriteSection section) {}

  private final PerMm<Gathered> gathered = new PerMm<>();

  NoReadLockInGatheredRange() {
    super(memorySafety("R68", "no look-up succeeds in a range between its gathering and the end of the section").since("6.4")
        .on(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED).needs(Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.RANGE_GATHERED, Fact.WRITE_SECTION)
        .sources("mm/vma.c vms_gather_munmap_vmas(), vms_complete_munmap_vmas() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.VMS_GATHER_MUNMAP_VMAS_RET) {
      remember(step, mm);
    } else {
      checkLookUp(step, mm, checks);
    }
  }

  private void remember(Step step, MmState mm) {
    WriteSection section = mm.section();
    if (section != null && section.isOpen() && step.ret() == 0 && step.last() > step.first()) {
      gathered.put(mm, new Gathered(step.range(), step.moment().copy(), section));
    }
  }

  private void checkLookUp(Step step, MmState mm, Checks checks) {
    Gathered last = gathered.get(mm);
    var read = step.task().read();
    if (last == null || !last.section.isOpen() || !read.entered().known()) {
      return;
    }
    boolean refused = step.op() == Op.VMA_START_READ_REFUSED;
    if (refused || !last.range.contains(step.address()) || !last.moment.surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    checks.brokenUnless(
        () -> !last.section.isOpen(),
        "lock_vma_under_rcu() found a VMA at 0x%x, which task %d is unmapping".formatted(step.address(), last.section.task().pid()),
        seen(last.moment, "the range is write-locked and detached"),
        seen(read.entered(), "the look-up begins"));
  }
}
