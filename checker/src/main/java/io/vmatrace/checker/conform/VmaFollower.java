package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.StateSets.Description;
import io.vmatrace.checker.conform.Symbol.Kind;
import io.vmatrace.checker.conform.Symbol.Tree;
import io.vmatrace.checker.conform.TaskSlots.Of;
import io.vmatrace.checker.conform.TaskSlots.Slot;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The VMAs of a capture, each in the set of states that its events allow: an event that none of them allows is a mismatch. */
final class VmaFollower {
  final VmaAutomaton automaton;
  final StateSets sets;
  final TaskSlots slots = new TaskSlots();
  private final ConformanceResult result;
  private final Map<VmaState, FollowedVma> vmas = new HashMap<>();

  /** Look-ups of which nobody knows which VMA they may find. */
  int strangers;

  /** Where write locks have no event: how many sections of an mm may have been for userfaultfd, which registers VMAs in them. */
  private final Map<MmState, Integer> unexplained = new HashMap<>();

  /** Where write locks have no event: by mm, who has ended its write section and had no event since. The end's event comes first: it may be inside still. */
  private final Map<MmState, Leaving> leaving = new HashMap<>();

  private record Leaving(TaskState task, Point by) {}

  /** Events that the design has, and whose absence would mislead, as long as none was seen: they may not be recorded. */
  private final Set<Point> unseen = EnumSet.noneOf(Point.class);

  VmaFollower(StateSets sets, ConformanceResult result) {
    automaton = sets.automaton();
    this.sets = sets;
    this.result = result;
    for (Point point : List.of(Point.STARTS_WRITE, Point.DETACHES, Point.RELEASES)) {
      if (automaton.code.has(point)) {
        unseen.add(point);
      }
    }
  }

  /** Events that the design has, and the capture does not; for a person. */
  List<String> unseen() {
    return unseen.stream().map(Point::says).toList();
  }

  void forget() {
    vmas.clear();
    slots.forget();
    strangers = 0;
    unexplained.clear();
    leaving.clear();
  }

  /** How much is kept: VMAs, tasks inside of something at one, mms. What is over is not among it. */
  int kept() {
    return vmas.size() + slots.tasks() + leaving.size() + unexplained.size();
  }

  int unexplained(MmState mm) {
    return unexplained.getOrDefault(mm, 0);
  }

  void addUnexplained(MmState mm) {
    unexplained.merge(mm, 1, Integer::sum);
  }

  FollowedVma followed(VmaState vma) {
    FollowedVma known = vmas.get(vma);
    if (known == null) {
      known = new FollowedVma(vma, sets.unknown);
      vmas.put(vma, known);
    }
    return known;
  }

  @Nullable FollowedVma known(VmaState vma) {
    return vmas.get(vma);
  }

  /** A task is out of what it was inside of at a VMA, if it was; where that is freed and nobody else is there, nothing more is to be known of it. */
  void free(TaskState task, FollowedVma vma, @Nullable Slot slot) {
    if (slot != null) {
      slots.free(task, slot);
    }
    if (vma.isFreed && vma.isAlone()) {
      vmas.remove(vma.vma);
    }
  }

  void dropAll(MmState mm) {
    vmas.values().removeIf(vma -> vma.isAlone() && vma.vma.mm() == mm);
    unexplained.remove(mm);
    leaving.remove(mm);
  }

  void leaves(MmState mm, TaskState task, Point by) {
    if (automaton.locksSilently && !mm.isExited()) {
      leaving.put(mm, new Leaving(task, by));
    }
  }

  /** A task has left what it was leaving. */
  void left(TaskState task) {
    if (!leaving.isEmpty()) {
      leaving.values().removeIf(of -> of.task == task);
    }
  }

  /** Where write locks have no event: another task that is in a write section of the mm may be about to lock the VMA, or to end its lock. */
  void mayBeWritten(FollowedVma vma, MmState mm, Step step) {
    WriteSection section = mm.section();
    if (!automaton.locksSilently || section == null || section.task() == step.task()) {
      return;
    }
    Leaving last = leaving.get(mm);
    boolean isLeaving = last != null && last.task == section.task();
    Slot slot = section.isOpen() || isLeaving ? writer(vma, section.task(), section.acquired().known(), step) : null;
    if (slot != null && !section.isOpen() && last != null && slots.of(section.task()).contains(slot)) {
      apply(slot, Symbol.event(last.by, slot.index, 0, tree(vma.vma)), last.by, step);
      slot.what = last.by == Point.RELEASES ? Of.OVER : slot.what;
    }
  }

  /** An event of a task at its slot. Whether it is allowed. */
  boolean event(Slot slot, Point point, Step step, Tree tree) {
    int seen = SeenValues.of(step.sample());
    if (seen < 0) {
      undecided(slot.of);
      return true;
    }
    if (!apply(slot, Symbol.event(point, slot.index, seen, tree), point, step)) {
      return false;
    }
    unseen.remove(point);
    slot.of.probe(slot.index).set(point, step);
    slot.of.seen(step.task(), step.moment());
    result.compared();
    return true;
  }

  /** What a task was inside of at a VMA is over, and its slot is free. */
  boolean over(TaskState task, Slot slot, Step step) {
    boolean allowed = goesOn(slot, step);
    free(task, slot.of, slot);
    return allowed;
  }

  /** What a task was inside of is over; it may be in a write section still. */
  boolean goesOn(Slot slot, Step step) {
    return apply(slot, Symbol.of(Kind.GOES_ON, slot.index, Tree.SAME), null, step);
  }

  boolean apply(Slot slot, long symbol, @Nullable Point point, Step step) {
    FollowedVma vma = slot.of;
    if (vma.isUndecided) {
      return true;
    }
    long asked = strangers > 0 ? Symbol.withStrangers(symbol) : symbol;
    KnownStates next = sets.next(vma.set, asked);
    if (next == sets.refused) {
      next = sets.next(vma.set, Symbol.withoutReturns(asked));
      result.returnsMissing += next == sets.refused ? 0 : 1;
    }
    if (next == sets.refused && !vma.isOrderOpen(step.task(), step.moment())) {
      mismatch(slot, point, step);
      return false;
    }
    if (next == sets.refused || next == sets.tooLarge) {
      undecided(vma);
      return true;
    }
    if (next.charged) {
      result.outsiders++;
      next = sets.next(next, Symbol.of(Kind.SETTLES_CHARGE, 0, Tree.SAME));
    }
    vma.set = next;
    return true;
  }

  /** A VMA is new. What tasks were inside of at the one that had its memory before is over, but for look-ups, which may still look at it. */
  void born(FollowedVma vma) {
    int left = 0;
    for (int i = 0; i < vma.slots.length; i++) {
      TaskState task = vma.slots[i];
      Slot slot = task == null ? null : slots.at(task, vma);
      if (task != null && slot != null && slot.what != Of.LOOK_UP) {
        left |= 1 << i;
        slots.free(task, slot);
      }
    }
    vma.isFreed = false;
    vma.isUndecided = false;
    KnownStates next = sets.next(vma.set, Symbol.born(left));
    if (next.isEmpty()) {
      slots.clear(vma);
      next = sets.next(sets.unknown, Symbol.born(0));
    }
    vma.set = next;
  }

  /** What is known of the tree. */
  void learn(FollowedVma vma, Tree tree) {
    KnownStates next = vma.isUndecided ? vma.set : sets.next(vma.set, Symbol.of(Kind.TREE, 0, tree));
    if (next.isEmpty()) {
      undecided(vma);
    } else {
      vma.set = next;
    }
  }

  private void mismatch(Slot slot, @Nullable Point point, Step step) {
    FollowedVma vma = slot.of;
    FollowedVma.Probe probe = vma.probe(slot.index);
    Point last = probe.point();
    boolean isOfValues = last != null && (point == null || sets.isUnread(vma.set, slot.index));
    boolean isCertain = unseen.isEmpty() || (isOfValues ? last == Point.FREES && !probe.isZero() : point != null && !automaton.code.has(point));
    if (!isCertain) {
      undecided(vma);
      return;
    }
    Description known = sets.describe(vma.set, slot.index);
    String state = String.join(", or ", known.states());
    if (isOfValues && last != null) {
      String allowed = last != Point.FREES ? "another value" : probe.isZero() ? "a detach before it" : "0: the VMA is detached and unused";
      result.mismatch(new Mismatch(probe.moment().copy(), last.function(), probe.observed(), allowed, state, address(step.mm()), vma.vma.address(), probe.task()));
    } else {
      String allowed = known.allowed().isEmpty() ? "none of it" : String.join(", or ", known.allowed());
      String function = point == null ? ConformanceResult.function(step.op()) : point.function();
      result.mismatch(step, function, point == null ? "a task that goes on" : point.says(), allowed, state);
    }
    slots.clear(vma);
    vma.set = sets.unknown;
  }

  private static long address(@Nullable MmState mm) {
    return mm == null ? 0 : mm.address();
  }

  /** Nothing is said of a VMA until it is new. */
  void undecided(FollowedVma vma) {
    if (!vma.isUndecided) {
      vma.isUndecided = true;
      result.undecided++;
      slots.clear(vma);
      vma.set = sets.unknown;
    }
  }

  /** The task's slot in its write section, or null where the VMA is not decided. */
  @Nullable Slot writer(FollowedVma vma, Step step) {
    WriteSection section = step.task().innermostSection();
    return writer(vma, step.task(), section != null && section.acquired().known(), step);
  }

  /**
   * The same of any task.
   *
   * @param isWhole whether the section was seen to begin
   */
  @Nullable Slot writer(FollowedVma vma, TaskState task, boolean isWhole, Step step) {
    Slot slot = slots.at(task, vma);
    if (slot != null && slot.what == Of.SECTION) {
      return slot;
    }
    if (slot != null && !over(task, slot, step)) {
      return null;
    }
    slot = vma.isUndecided ? null : take(task, vma, Of.SECTION, step);
    if (slot == null) {
      undecided(vma);
      return null;
    }
    Kind begins = isWhole ? Kind.BEGINS_SECTION : Kind.IN_SECTION;
    return apply(slot, Symbol.of(begins, slot.index, Tree.SAME), null, step) && !vma.isUndecided ? slot : null;
  }

  /** A slot; a task that has no event after what it was inside of, as one that exits, has left its own by now. */
  @Nullable Slot take(TaskState task, FollowedVma vma, Of what, Step step) {
    Slot slot = slots.take(task, vma, what);
    for (int i = 0; slot == null && i < vma.slots.length; i++) {
      TaskState other = vma.slots[i];
      Slot old = other == null ? null : slots.at(other, vma);
      if (other != null && old != null && old.what == Of.OVER) {
        over(other, old, step);
        slot = slots.take(task, vma, what);
      }
    }
    return slot;
  }

  /** A slot for a task that is in no write section, or null where the VMA is not decided. */
  @Nullable Slot reader(FollowedVma vma, Of what, Step step) {
    TaskState task = step.task();
    Slot slot = slots.at(task, vma);
    if (slot != null && !over(task, slot, step)) {
      return null;
    }
    slot = vma.isUndecided ? null : take(task, vma, what, step);
    if (slot == null) {
      undecided(vma);
    }
    return slot;
  }

  /** A look-up that has found a VMA that it was not known to look at. */
  @Nullable Slot found(FollowedVma vma, Step step) {
    Slot slot = reader(vma, Of.LOOK_UP, step);
    boolean looks = slot != null && apply(slot, Symbol.event(Point.LOOKS_UP, slot.index, 0, Tree.UNKNOWN), Point.LOOKS_UP, step);
    return looks && !vma.isUndecided ? slot : null;
  }

  /** Whether the tree has a VMA, as far as the events tell. */
  static Tree tree(VmaState vma) {
    if (vma.ranges() > 0) {
      return Tree.HAS;
    }
    return vma.life() == VmaState.Life.DETACHED || vma.life() == VmaState.Life.FREED ? Tree.HAS_NOT : Tree.UNKNOWN;
  }

  List<Slot> copyOf(TaskState task) {
    List<Slot> of = slots.of(task);
    return of.isEmpty() ? of : List.copyOf(of);
  }
}
