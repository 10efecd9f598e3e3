package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** What munmap frees has left the tree, by one store over its range: a store over it after that shows freed VMAs in the tree. */
final class FreedOutOfTree extends Rule {
  private final PerTask<Unmapping> unmapping = new PerTask<>();

  /** How many write sections a task began since it was in user mode: mmap() has one, so with more an end and a begin of calls are missing. */
  private final PerTask<Integer> sections = new PerTask<>();

  /** Whether write locks of VMAs show: a new VMA is write-locked before it is stored, so what is freed and stored without is the freed one. */
  private boolean startWriteSeen;

  FreedOutOfTree() {
    super(memorySafety("R55", "the tree holds no freed VMA").since("6.4")
        .on(Op.MAS_ERASE, Op.MAS_STORE, Op.VM_AREA_FREE, Op.VMS_COMPLETE_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS_RET,
            Op.MMAP_WRITE_LOCK, Op.VMA_START_WRITE)
        .needs(Op.MAS_ERASE, Op.VM_AREA_FREE).relyingOn(Fact.UNMAPPING, Fact.WRITE_SECTION, Fact.VMA_ATTACHED, Fact.VMA_GONE, Fact.FORKING, Fact.MMAP_LOCK_HELD)
        .sources("mm/vma.c do_vmi_align_munmap(), vms_complete_munmap_vmas() (6.12)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS -> unmapping.put(step.task(), new Unmapping(step.range(), null));
      case VMS_COMPLETE_MUNMAP_VMAS -> completing(step);
      case VM_AREA_FREE -> freed(step);
      case MAS_ERASE -> checkStore(step, checks);
      case MAS_STORE -> {
        if (!isStoreOfFreed(step, checks)) {
          checkStore(step, checks);
        }
      }
      case VMA_START_WRITE -> startWriteSeen = true;
      case MMAP_WRITE_LOCK -> {
        unmapping.put(step.task(), null);
        sections.put(step.task(), sectionsOf(step) + 1);
      }
      default -> {
        if (step.ret() != 0) {
          unmapping.put(step.task(), null);
        }
      }
    }
  }

  private int sectionsOf(Step step) {
    Integer begun = sections.get(step.task());
    return begun == null ? 0 : begun;
  }

  private void completing(Step step) {
    Unmapping of = unmapping.get(step.task());
    if (of == null || !of.range.equals(step.range())) {
      unmapping.put(step.task(), new Unmapping(step.range(), null));
    }
  }

  /** A new VMA that is freed because a step of mmap failed was never in the tree. */
  private void freed(Step step) {
    Unmapping of = unmapping.get(step.task());
    VmaState vma = step.vma();
    boolean wasInTree = vma != null && (vma.life() == VmaState.Life.ATTACHED || vma.life() == VmaState.Life.DETACHED);
    if (of != null && of.freed == null && wasInTree && step.sample().hasRange()
        && of.range.covers(new PageRange(step.sample().start(), step.sample().end() - 1))) {
      unmapping.put(step.task(), new Unmapping(of.range, step.moment().copy()));
    }
  }

  private boolean isStoreOfFreed(Step step, Checks checks) {
    VmaState vma = step.vma();
    boolean freed = vma != null && vma.life() == VmaState.Life.FREED && vma.freed().surelyBefore(step.moment());
    if (vma == null || !freed || step.task().forkParent() != null) {
      return false;
    }
    Hold hold = vma.mm() == null ? null : step.task().holdOf(vma.mm());
    if (!startWriteSeen && !isDowngradedBefore(vma.freed(), hold)) {
      return false;
    }
    boolean inOneHold = hold != null && hold.section() != null && hold.acquired().surelyBefore(vma.freed());
    WriteSection section = step.task().sectionOf(step.mm());
    if (!inOneHold && startWriteSeen && section != null && section.acquired().surelyBefore(step.moment())) {
      checks.kind("freed-is-stored");
      checks.restingOn(Fact.WRITE_SECTION, Fact.VMA_NOT_WRITE_LOCKED); // which would show that another one was made in its place, unseen
      checks.broken("a VMA is stored over %s that was freed before, and none at its address was write-locked since".formatted(step.range()),
          seen(vma.freed(), "the VMA is freed"), seen(section.acquired(), "takes the mmap_lock for writing"));
      return true;
    }
    if (!inOneHold) {
      checks.suspect("a VMA is stored over %s that was freed before".formatted(step.range()), seen(vma.freed(), "the VMA is freed"));
      return true; // another one may have been made in its place, unseen
    }
    checks.kind("freed-is-stored");
    checks.broken("a VMA is stored over %s that was freed before".formatted(step.range()), seen(vma.freed(), "the VMA is freed"));
    return true;
  }

  /** Whether the VMA was freed under a downgraded lock that is still held: nobody can have made one since. */
  private static boolean isDowngradedBefore(Moment freed, @Nullable Hold hold) {
    WriteSection section = hold == null || !hold.isDowngraded() ? null : hold.section();
    return section != null && section.ended().known() && section.ended().surelyBefore(freed);
  }

  private void checkStore(Step step, Checks checks) {
    Unmapping of = unmapping.get(step.task());
    boolean counts = step.op() == Op.MAS_ERASE || step.task().isCallsRecorded() && step.task().systemCall() == SystemCall.Kind.MMAP && sectionsOf(step) == 1;
    if (of != null && of.freed != null && counts) {
      checkStoreAfter(of, of.freed, step, checks);
    } else if (step.op() == Op.MAS_ERASE && step.task().sectionOf(step.mm()) != null) {
      checks.held();
    }
  }

  private static void checkStoreAfter(Unmapping of, Moment freed, Step step, Checks checks) {
    WriteSection section = step.task().sectionOf(step.mm());
    boolean overRange = section != null ? of.range.overlaps(step.range()) : step.range().covers(of.range);
    if (overRange && (section == null || !section.acquired().surelyBefore(freed))) {
      checks.suspect("%s is changed after a VMA of it was freed".formatted(step.range()), seen(freed, "the VMA is freed"));
    } else if (overRange) {
      checks.kind("changed-after-free");
      checks.broken(
          "%s is %s after a VMA of it was freed".formatted(step.range(), step.op() == Op.MAS_ERASE ? "cleared" : "stored over"),
          seen(freed, "the VMA is freed"));
    } else if (section != null && step.op() == Op.MAS_ERASE) {
      checks.held();
    }
  }

  /** The range that a task unmaps, and when it freed the first VMA of it. */
  private record Unmapping(PageRange range, @Nullable Moment freed) {}
}
