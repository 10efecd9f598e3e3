package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.LookUpsUnderWay.LookUp;
import io.vmatrace.checker.conform.Symbol.Tree;
import io.vmatrace.checker.conform.TaskSlots.Of;
import io.vmatrace.checker.conform.TaskSlots.Slot;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree.Range;
import io.vmatrace.checker.mm.WriteSection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the followed VMAs what readers do, and says beforehand how their look-ups and faults may end. */
final class Readers {
  /** With these handle_mm_fault() has ended the VMA read lock itself. */
  private static final long DROPPED = FaultFlags.VM_FAULT_RETRY | FaultFlags.VM_FAULT_COMPLETED;

  /** What a look-up that finds no VMA leads to. */
  private static final Set<FaultReason> NOTHING_FOUND = Set.of(FaultReason.NO_VMA, FaultReason.STACK_GROWTH, FaultReason.DETACHED);

  private final ConformanceResult result;
  private final VmaFollower vmas;
  private final LookUpsUnderWay lookUps = new LookUpsUnderWay();

  Readers(VmaFollower vmas, ConformanceResult result) {
    this.vmas = vmas;
    this.result = result;
  }

  void forget() {
    lookUps.forget();
  }

  int underWay() {
    return lookUps.size();
  }

  /** Look-ups under way in a range of an mm. */
  List<LookUp> within(MmState mm, PageRange range) {
    return lookUps.within(mm, range);
  }

  void looksUp(Step step) {
    result.lookUps++;
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    Range range = mm.tree().find(step.address());
    VmaState vma = range == null ? null : range.vma();
    lookUps.begin(step.task(), mm, step.address(), range);
    vmas.strangers = lookUps.unknown();
    if (range != null && vma != null) {
      looksUp(vmas.followed(vma), isThereSince(range, mm, step.task()) ? Tree.HAS : Tree.UNKNOWN, mm, step);
    }
  }

  /** Whether no write section that is open may be about to store the range, or something else in its place. */
  private static boolean isThereSince(Range range, MmState mm, TaskState reader) {
    WriteSection section = mm.section();
    return section == null || !section.isOpen() || section.task() == reader || range.isThereSince(section.acquired());
  }

  private void looksUp(FollowedVma vma, Tree tree, MmState mm, Step step) {
    if (vmas.automaton.locksSilently && vma.isAlone() && vma.sections != mm.sectionsBegun()) {
      vma.set = vmas.sets.unknown;
    }
    vma.sections = mm.sectionsBegun();
    vma.facts.sections(vmas.unexplained(mm));
    vmas.mayBeWritten(vma, mm, step);
    Slot slot = vmas.reader(vma, Of.LOOK_UP, step);
    if (slot != null) {
      vmas.learn(vma, tree);
      vmas.event(slot, Point.LOOKS_UP, step, Tree.SAME);
    }
  }

  /** What may become of a task's fault after the events so far, whose look-up is about to return; nothing where that is not known. */
  Set<FaultReason> outcomes(TaskState task, boolean writes) {
    LookUp lookUp = lookUps.of(task);
    Set<FaultReason> reasons = EnumSet.noneOf(FaultReason.class);
    if (lookUp == null || !lookUp.isKnown) {
      return reasons;
    }
    boolean looks = false;
    for (Slot slot : vmas.slots.of(task)) {
      if (slot.what == Of.LOOK_UP) {
        looks = true;
        if (slot.of.isUndecided) {
          return Set.of();
        }
        outcomes(vmas.sets.outcomes(slot.of.set, slot.index, vmas.strangers > 0), writes, slot.of.facts, reasons);
      }
    }
    if (!looks) {
      reasons.addAll(NOTHING_FOUND);
    }
    return reasons;
  }

  /** do_user_addr_fault(), arch/x86/mm/fault.c. */
  private void outcomes(int ends, boolean writes, FaultFacts facts, Set<FaultReason> reasons) {
    if ((ends >> Point.GRANTED.ordinal() & 1) != 0) {
      reasons.addAll(vmas.automaton.handler.outcomes(writes, facts.anon, facts.registered));
    }
    if ((ends >> Point.REFUSED.ordinal() & 1) != 0) {
      reasons.add(FaultReason.WRITE_LOCKED);
    }
    if ((ends >> Point.FOUND_NOTHING.ordinal() & 1) != 0 || (ends >> Point.OUTSIDE.ordinal() & 1) != 0) {
      reasons.addAll(NOTHING_FOUND);
    }
  }

  void granted(Step step) {
    result.granted++;
    FollowedVma vma = step.vma() == null ? null : vmas.followed(step.vma());
    boolean found = false;
    for (Slot slot : vmas.copyOf(step.task())) {
      if (slot.what == Of.LOOK_UP && slot.of == vma) {
        found = true;
        granted(slot, step);
      } else if (slot.what == Of.LOOK_UP) {
        ends(slot, Point.FOUND_NOTHING, step);
      }
    }
    endsLookUp(step);
    Slot slot = found || vma == null ? null : vmas.found(vma, step);
    if (slot != null) {
      granted(slot, step);
    }
  }

  private void granted(Slot slot, Step step) {
    if (vmas.event(slot, Point.GRANTED, step, Tree.SAME)) {
      slot.what = Of.READ;
    }
  }

  private void ends(Slot slot, Point point, Step step) {
    if (vmas.event(slot, point, step, Tree.SAME)) {
      vmas.slots.free(step.task(), slot);
    }
  }

  private void endsLookUp(Step step) {
    lookUps.end(step.task());
    vmas.strangers = lookUps.unknown();
  }

  void refused(Step step) {
    result.refused++;
    for (Slot slot : vmas.copyOf(step.task())) {
      if (slot.what == Of.LOOK_UP) {
        ends(slot, Point.REFUSED, step);
      }
    }
    endsLookUp(step);
  }

  /** lock_next_vma(): its entry has no event. */
  void next(Step step) {
    Slot slot = step.vma() == null ? null : vmas.found(vmas.followed(step.vma()), step);
    if (slot != null) {
      granted(slot, step);
    }
  }

  void handles(Step step) {
    VmaState of = step.vma();
    if (of == null) {
      return;
    }
    FollowedVma vma = vmas.followed(of);
    Slot slot = vmas.slots.at(step.task(), vma);
    if (!step.isUnderVmaLock()) {
      underMmapLock(vma, step);
      return;
    }
    if (slot == null || slot.what != Of.READ) {
      slot = vmas.found(vma, step);
      if (slot == null || !vmas.event(slot, Point.GRANTED, step, Tree.SAME)) {
        return;
      }
      slot.what = Of.READ;
    }
    vmas.event(slot, Point.HANDLES, step, Tree.SAME);
  }

  private void underMmapLock(FollowedVma vma, Step step) {
    boolean writes = step.task().innermostSection() != null;
    if (step.sample().hasValues() && !vma.isUndecided) {
      Slot slot = writes ? vmas.writer(vma, step) : vmas.reader(vma, Of.OVER, step);
      if (slot != null) {
        vmas.event(slot, Point.HANDLES_UNDER_MMAP_LOCK, step, Tree.SAME);
      }
    }
  }

  void handled(Step step) {
    Slot slot = reading(step);
    if (slot == null) {
      return;
    }
    if (!step.hasRet()) {
      vmas.over(step.task(), slot, step);
    } else if ((step.ret() & DROPPED) != 0) {
      ends(slot, Point.DROPPED, step);
    } else {
      vmas.event(slot, Point.HANDLED, step, Tree.SAME);
    }
  }

  void died(Step step) {
    Slot slot = reading(step);
    if (slot != null) {
      vmas.event(slot, Point.DIED, step, Tree.SAME);
      slot.what = Of.LOOK_UP; // for ever
    }
  }

  private @Nullable Slot reading(Step step) {
    for (Slot slot : vmas.slots.of(step.task())) {
      if (slot.what == Of.READ && (step.vma() == null || slot.of.vma == step.vma())) {
        return slot;
      }
    }
    return null;
  }
}
