package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
      case VM_AREA_FREE, MMAP_READ_UNLOCK -> goesOn(step, gathered.get(mm));
      default -> checkLookUp(step, mm, checks);
    }
  }

  private void remember(Step step, MmState mm) {
    WriteSection section = mm.section();
    Hold hold = section == null ? null : section.task().holdOf(mm);
    if (section != null && hold != null && section.isOpen() && step.ret() == 0 && step.last() > step.first()) {
      gathered.put(mm, new Gathered(step.range(), step.moment().copy(), section, hold, new ArrayList<>(0)));
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
      LookUp found = new LookUp(step.vma());
      last.lookUps.add(found);
      checks.restingOn(Fact.IN_LOOK_UP, Fact.UNMAPPING, Fact.MMAP_LOCK_HELD, Fact.DOWNGRADED);
      checks.brokenUnless(() -> !isHeld(last), () -> !found.duringIt, message, detached, seen(last.section.ended(), "the range is out of the tree, and the mmap_lock held for reading"), entry);
    }
  }

  /** The unmapping frees what the look-up has returned, or it ends, and its task was in no other system call meanwhile: the look-up came in it. */
  private static void goesOn(Step step, @Nullable Gathered last) {
    if (last == null || last.lookUps.isEmpty() || step.task() != last.section.task() || !isHeld(last)) {
      return;
    }
    boolean inOneCall = step.task().isCallsRecorded() && step.task().inUserModeAt().at() < last.moment.at();
    for (LookUp lookUp : last.lookUps) {
      lookUp.duringIt |= step.op() == Op.VM_AREA_FREE ? step.vma() == lookUp.vma : inOneCall;
    }
  }

  /** A downgrade is the end of an unmapping that succeeded (mm/vma.c vms_complete_munmap_vmas(), 6.12): it has emptied the range. */
  private static boolean isHeld(Gathered last) {
    return last.section.isOpen() || last.hold.isDowngraded() && last.section.task().holdOf(last.section.mm()) == last.hold;
  }

  /** A look-up that returned a VMA of the range after the downgrade, and whether the unmapping was seen to go on after that. */
  private static final class LookUp {
    private final @Nullable VmaState vma;
    private boolean duringIt;

    LookUp(@Nullable VmaState vma) {
      this.vma = vma;
    }
  }

  /** What was gathered last in an mm, when and under which hold, which was for writing then; what look-ups found in it after the downgrade. */
  private record Gathered(PageRange range, Moment moment, WriteSection section, Hold hold, List<LookUp> lookUps) {}
}
