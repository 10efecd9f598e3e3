package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.LookUpsUnderWay.LookUp;
import io.vmatrace.checker.conform.Symbol.Kind;
import io.vmatrace.checker.conform.Symbol.Tree;
import io.vmatrace.checker.conform.TaskSlots.Of;
import io.vmatrace.checker.conform.TaskSlots.Slot;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree.Range;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.event.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the followed VMAs what the steps of a capture are in the step table's words. */
final class ProtocolFollower {
  private static final PageRange ALL = new PageRange(0, Long.MAX_VALUE);

  private final ConformanceResult result;
  private final VmaFollower vmas;
  private final Readers readers;
  private final SequenceNumbers numbers;

  ProtocolFollower(Design design, StateSets sets, ConformanceResult result) {
    this.result = result;
    vmas = new VmaFollower(sets, result);
    numbers = new SequenceNumbers(design, result);
    readers = new Readers(vmas, result);
  }

  public void forget() {
    vmas.forget();
    readers.forget();
  }

  public void follow(Step step) {
    goesOn(step);
    if (numbers.isOfAnotherLock(step)) {
      return;
    }
    if (vmas.automaton.locksSilently && step.op() != Op.VM_AREA_DUP && step.op() != Op.VM_AREA_FREE) { // what is copied or freed may be another mm's
      numbers.inSection(step);
    }
    switch (step.op()) {
      case LOCK_VMA_UNDER_RCU -> readers.looksUp(step);
      case VMA_START_READ -> readers.granted(step);
      case VMA_START_READ_REFUSED -> readers.refused(step);
      case LOCK_NEXT_VMA -> readers.next(step);
      case HANDLE_MM_FAULT -> readers.handles(step);
      case HANDLE_MM_FAULT_RET -> readers.handled(step);
      case DIED_IN_FAULT -> readers.died(step);
      case VMA_START_WRITE -> writes(step, Point.STARTS_WRITE);
      case VMA_START_WRITE_RET -> writes(step, step.hasRet() && step.ret() != 0 ? Point.KILLED : Point.STARTED_WRITE);
      case VMA_MARK_DETACHED -> writes(step, Point.DETACHES);
      case VMA_MARK_DETACHED_RET -> writes(step, Point.DETACHED);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> waitsAgain(step);
      case VMA_EXCLUDE_READERS_FOR_DETACH_RET -> writes(step, Point.WAITED_AGAIN);
      case VM_AREA_ALLOC -> created(step);
      case VM_AREA_DUP -> {
        copied(step);
        created(step);
      }
      case ANON_VMA_CLONE -> copiesAnon(step);
      case VM_AREA_FREE -> freed(step);
      case VMS_GATHER_MUNMAP_VMAS -> gathers(step);
      case VMS_GATHER_MUNMAP_VMAS_RET -> gathered(step);
      case MAS_STORE, MAS_ERASE -> stored(step);
      case MMAP_WRITE_LOCK -> sectionBegins(step);
      case MMAP_WRITE_UNLOCK -> sectionEnds(step, Point.RELEASES);
      case MMAP_WRITE_DOWNGRADE -> sectionEnds(step, Point.DOWNGRADES);
      case MMAP_READ_UNLOCK -> readEnds(step);
      case EXIT_MMAP -> {
        if (step.mm() != null) {
          vmas.dropAll(step.mm());
        }
      }
      default -> {}
    }
    FaultFacts.follow(vmas, step);
  }

  /** A task that does something else is out of what it was inside of. */
  private void goesOn(Step step) {
    TaskState task = step.task();
    boolean mayBeInside =
        switch (step.op()) {
          case CONTENTION_BEGIN, TASK_SLEEPS, TASK_DIES, HANDLE_MM_FAULT, MMAP_LOCK_START, MMAP_LOCK_FAILED, MMAP_READ_LOCK, MMAP_READ_UNLOCK, VMA_START_READ -> true;
          case CHANGE_FLAGS, CHANGE_FLAGS_RET -> true; // mm/madvise.c, madvise_do_behavior() in v6.17: madvise_vma_behavior() under a VMA's read lock
          default -> task.faultCall().entered().known();
        };
    if (step.op() == Op.PAGE_FAULT_SERVED) {
      return; // no event of its own
    }
    vmas.left(task);
    for (Slot slot : vmas.copyOf(task)) {
      if (slot.what == Of.OVER || slot.what == Of.READ && !mayBeInside) {
        vmas.over(task, slot, step);
      }
    }
  }

  Readers readers() {
    return readers;
  }

  /** How much is kept of what is not over. */
  int kept() {
    return vmas.kept() + readers.underWay();
  }

  /** Events that the design has, and the capture does not; for a person. */
  List<String> unseen() {
    return vmas.unseen();
  }

  private @Nullable Slot writes(Step step, Point point) {
    numbers.inSection(step);
    if (step.vma() == null) {
      return null;
    }
    FollowedVma vma = vmas.followed(step.vma());
    Sample sample = step.sample();
    if (point == Point.STARTS_WRITE && sample.hasRefcnt() && sample.refcnt() == 0 && sample.hasLockSeq() && sample.lockSeq() == Sample.NEVER_LOCKED) {
      vmas.born(vma); // a VMA that was never locked is new, whether that was recorded or not
    }
    boolean isInside = vmas.slots.at(step.task(), vma) != null;
    Slot slot = vmas.writer(vma, step);
    if (slot == null || !isInside && point.isReturn()) {
      return null; // what it returns from began before the VMA was followed
    }
    return vmas.event(slot, point, step, Tree.SAME) ? slot : null;
  }

  private void waitsAgain(Step step) {
    result.secondWaits++;
    long before = result.outsiders;
    Slot slot = writes(step, Point.WAITS_AGAIN);
    if (slot != null && result.outsiders == before) {
      result.secondWaitsExplained++;
    }
  }

  private void created(Step step) {
    if (step.vma() != null) {
      FollowedVma vma = vmas.followed(step.vma());
      vmas.born(vma);
      MmState mm = step.mm();
      vma.facts.madeAfter(mm == null ? 0 : vmas.unexplained(mm));
    }
  }

  /** dup_mmap() write-locks each VMA that it copies (bug B01). */
  private void copied(Step step) {
    MmState parent = step.task().forkParent();
    VmaState original = step.other();
    if (original != null && parent != null && step.task().sectionOf(parent) != null) {
      Slot slot = vmas.writer(vmas.followed(original), step);
      if (slot != null) {
        vmas.event(slot, Point.COPIED, step, Tree.SAME);
      }
    }
  }

  /** A merge locks the VMA that it gives another's anon_vma; a new one is not in the tree. */
  private void copiesAnon(Step step) {
    VmaState vma = step.vma();
    if (vma != null && vma.ranges() > 0 && step.task().innermostSection() != null) {
      Slot slot = vmas.writer(vmas.followed(vma), step);
      if (slot != null) {
        vmas.event(slot, Point.COPIES_ANON, step, Tree.SAME);
      }
    }
  }

  private void freed(Step step) {
    VmaState of = step.vma();
    if (of == null) {
      return;
    }
    FollowedVma vma = vmas.followed(of);
    Slot slot = vmas.slots.at(step.task(), vma);
    if (slot == null) {
      slot = step.task().innermostSection() == null ? vmas.reader(vma, Of.OVER, step) : vmas.writer(vma, step);
    }
    if (slot != null) {
      vmas.learn(vma, Tree.HAS_NOT);
      vmas.event(slot, Point.FREES, step, Tree.SAME);
    }
    if (slot != null && !vma.isUndecided) { // nobody changes what nobody has: the value is what it was
      vmas.goesOn(slot, step);
    }
    vma.isFreed = true;
    if (slot == null || slot.what == Of.OVER) {
      vmas.free(step.task(), vma, slot);
    }
  }

  private void gathers(Step step) {
    MmState mm = step.mm();
    if (mm == null || step.last() <= step.first()) {
      return;
    }
    for (Range range : mm.tree().within(step.range())) {
      VmaState vma = range.vma();
      Slot slot = vma == null ? null : vmas.writer(vmas.followed(vma), step);
      if (slot != null) {
        boolean whole = step.range().covers(new PageRange(range.first(), range.last()));
        vmas.learn(slot.of, Tree.HAS);
        slot.isGathered = vmas.event(slot, whole ? Point.GATHERS : Point.GATHERS_PART, step, Tree.SAME);
      }
    }
  }

  private void gathered(Step step) {
    for (Slot slot : vmas.copyOf(step.task())) {
      if (slot.isGathered) {
        slot.isGathered = false;
        if (step.ret() == 0) {
          vmas.event(slot, Point.GATHERED, step, Tree.SAME);
        } else {
          vmas.undecided(slot.of); // how far it came is not known
        }
      }
    }
  }

  private void stored(Step step) {
    MmState mm = step.mm();
    if (mm == null || step.last() <= step.first()) {
      return;
    }
    for (Range range : mm.tree().within(step.range())) {
      FollowedVma vma = range.vma() == null ? null : vmas.known(range.vma());
      if (vma != null) {
        stored(vma, step);
      }
    }
    if (step.vma() != null) {
      FollowedVma vma = vmas.followed(step.vma());
      vmas.learn(vma, Tree.UNKNOWN);
      List<LookUp> lookUps = readers.within(mm, step.range());
      if (vmas.automaton.locksSilently && !lookUps.isEmpty()) {
        vmas.writer(vma, step);
      }
      for (LookUp lookUp : lookUps) {
        if (vmas.slots.at(lookUp.task, vma) == null && !vma.isUndecided) {
          Slot slot = vmas.take(lookUp.task, vma, Of.LOOK_UP, step);
          if (slot == null) {
            vmas.undecided(vma);
          } else {
            vmas.apply(slot, Symbol.event(Point.LOOKS_UP, slot.index, 0, Tree.SAME), Point.LOOKS_UP, step);
          }
        }
      }
    }
  }

  private void stored(FollowedVma vma, Step step) {
    Slot slot = vmas.slots.at(step.task(), vma);
    if (slot != null && slot.what == Of.SECTION) {
      vmas.apply(slot, Symbol.of(Kind.STORE, slot.index, Tree.UNKNOWN), Point.STORED, step);
    } else {
      vmas.learn(vma, Tree.UNKNOWN);
    }
  }

  private void sectionBegins(Step step) {
    MmState mm = step.mm();
    if (vmas.automaton.locksSilently && mm != null) {
      if (!step.task().isInCallOnOwnMm() && step.task().forkParent() == null) {
        vmas.addUnexplained(mm);
      }
      for (LookUp lookUp : readers.within(mm, ALL)) {
        for (Slot slot : vmas.copyOf(lookUp.task)) {
          if (slot.what == Of.LOOK_UP && lookUp.task != step.task()) {
            vmas.writer(slot.of, step.task(), true, step);
          }
        }
      }
    }
  }

  private void sectionEnds(Step step, Point point) {
    if (step.mm() != null) {
      vmas.leaves(step.mm(), step.task(), point);
    }
    for (Slot slot : vmas.copyOf(step.task())) {
      if (slot.what == Of.SECTION && (slot.of.vma.mm() == step.mm() || slot.of.vma.mm() == null || step.mm() == null)) {
        boolean allowed = vmas.event(slot, point, step, VmaFollower.tree(slot.of.vma));
        if (allowed && point == Point.RELEASES) {
          left(slot, step);
        }
      }
    }
  }

  /** The mmap_lock is given back, or will be in a moment: the task's next event tells; and nobody asks at a VMA that is freed. */
  private void left(Slot slot, Step step) {
    slot.what = Of.OVER;
    if (slot.of.isFreed) {
      vmas.over(step.task(), slot, step);
    }
  }

  /** Where a downgrade was, a write section ends here. */
  private void readEnds(Step step) {
    for (Slot slot : vmas.copyOf(step.task())) {
      if (slot.what == Of.SECTION && slot.of.vma.mm() == step.mm() && step.task().sectionOf(step.mm()) == null) {
        if (vmas.event(slot, Point.RELEASES, step, Tree.SAME)) {
          left(slot, step);
        }
      }
    }
  }
}
