package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
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
  private final PerMm<Gathered> gathered = new PerMm<>();

  NoReadLockInGatheredRange() {
    super(memorySafety("R68", "no look-up succeeds in a range between its gathering and the release of the mmap_lock").since("6.4")
        .on(Op.VMS_GATHER_MUNMAP_VMAS_RET, Op.VMA_START_READ, Op.VMA_START_READ_REFUSED, Op.VM_AREA_FREE, Op.MMAP_READ_UNLOCK).needs(Op.VMA_START_READ)
        .relyingOn(Fact.IN_LOOK_UP, Fact.RANGE_GATHERED, Fact.WRITE_SECTION, Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE)
        .sources("mm/vma.c vms_gather_munmap_vmas(), vms_complete_munmap_vmas() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS_RET -> remember(step, mm);
      case VM_AREA_FREE, MMAP_READ_UNLOCK -> {
        Gathered last = gathered.get(mm);
        if (last != null) {
          last.found.see(step);
        }
      }
      default -> checkLookUp(step, mm, checks);
    }
  }

  private void remember(Step step, MmState mm) {
    WriteSection section = mm.section();
    Hold hold = section == null ? null : section.task().holdOf(mm);
    if (section != null && hold != null && section.isOpen() && step.ret() == 0 && step.last() > step.first()) {
      gathered.put(mm, new Gathered(step.range(), step.moment().copy(), section, new FoundInUnmapped(hold, step.moment().copy())));
    }
  }

  private void checkLookUp(Step step, MmState mm, Checks checks) {
    Gathered last = gathered.get(mm);
    var read = step.task().read();
    if (last == null || !isHeld(last) || !read.entered().known()) {
      return;
    }
    boolean refused = step.op() == Op.VMA_START_READ_REFUSED;
    if (refused || !last.range.contains(step.address()) || !last.moment.surelyBefore(read.entered())) {
      checks.held();
      return;
    }
    String message = "lock_vma_under_rcu() found a VMA at 0x%x, which task %d is unmapping".formatted(step.address(), last.section.task().pid());
    Evidence detached = seen(last.moment, "the range is write-locked and detached");
    Evidence entry = seen(read.entered(), "the look-up begins");
    if (last.section.isOpen()) {
      checks.brokenUnless(() -> !last.section.isOpen(), message, detached, entry);
    } else {
      FoundInUnmapped.LookUp found = last.found.add(step);
      checks.restingOn(Fact.IN_LOOK_UP, Fact.UNMAPPING, Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED);
      checks.brokenUnless(() -> !isHeld(last), () -> !found.isDuringIt(), message, detached, seen(last.section.ended(), "the range is out of the tree, and the mmap_lock held for reading"), entry);
    }
  }

  /** A downgrade is the end of an unmapping that succeeded (mm/vma.c vms_complete_munmap_vmas(), 6.12): it has emptied the range. */
  private static boolean isHeld(Gathered last) {
    return last.section.isOpen() || last.found.isHeld();
  }

  /** What was gathered last in an mm, when and in which section; what look-ups found in it after the downgrade. */
  private record Gathered(PageRange range, Moment moment, WriteSection section, FoundInUnmapped found) {}
}
