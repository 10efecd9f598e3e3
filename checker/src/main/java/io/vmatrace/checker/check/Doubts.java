package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule.Evidence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Which verdicts rest on what may have happened while tracing was off, or on events that a filter may have left out. */
final class Doubts {
  /** What a filter by a VMA's values hides: that the VMA was locked, or detached. */
  private static final Set<Fact> OF_ABSENCE = EnumSet.of(Fact.VMA_NOT_WRITE_LOCKED, Fact.VMA_NOT_DETACHED);

  /** What is over where a VMA was allocated, by any task on any CPU. */
  private static final Set<Fact> OF_ONE_LIFE = EnumSet.of(Fact.VMA_GONE, Fact.LOCK_SEQ);

  /** What may be over by an event of the task itself that it is not seen to have had. */
  private static final Set<Fact> MAY_BE_OVER =
      EnumSet.of(
          Fact.MMAP_LOCK_HELD, Fact.WRITE_HELD_THROUGHOUT, Fact.HOLDS_NOTHING_ELSE, Fact.VMA_NOT_WRITE_LOCKED, Fact.VMA_NOT_DETACHED, Fact.VMA_NOT_FREED, Fact.VMA_READ_LOCKED, Fact.VMA_WRITE_LOCKED);

  private final Set<Fact> unrecorded = EnumSet.noneOf(Fact.class);

  /** Values show again and again that what ends a fact has happened and has no event. */
  void unrecorded(Fact fact) {
    unrecorded.add(fact);
  }

  /** The hold whose length a verdict rests on: the step's task's, or of another task that is a writer. */
  static @Nullable Hold holdOf(Found found, Step step, @Nullable MmState mm) {
    if (mm == null || Collections.disjoint(found.restsOn(), Fact.OF_ONE_SECTION)) {
      return null;
    }
    Hold own = step.task().holdOf(mm);
    WriteSection section = mm.section();
    Hold others = own == null && section != null ? section.task().holdOf(mm) : null;
    return others != null && others.section() == section ? others : own; // of a downgraded one the section is over
  }

  /** What there is where a verdict is found that rests on more than its event's own values. */
  Doubt of(Step step, Set<Fact> restsOn, List<Evidence> evidence, @Nullable MmState mm, @Nullable VmaState vma) {
    Unsettled why = null;
    BooleanSupplier lifted = () -> false;
    if (!Collections.disjoint(restsOn, MAY_BE_OVER) && isQuiet(step, restsOn, evidence, mm, vma)) {
      why = Unsettled.TRACING_OFF;
    } else if (isOfOneLife(restsOn) && !evidence.isEmpty() && !isInOwnSection(step, mm, evidence.getFirst().moment()) && mayBeAnew(step, evidence.getFirst().moment())) {
      why = Unsettled.ALLOCATION_UNSEEN;
      lifted = noSectionSince(evidence.getFirst().moment(), step, mm);
    }
    return new Doubt(why, lifted, Order.of(step, restsOn, evidence), Unseen.of(step, restsOn, mm, vma));
  }

  /**
   * Whether the allocation of a VMA takes it back, by whomever: in one hold of the mmap_lock only its holder makes a VMA of that mm, and while
   * mm_lock_seq stays as it is nobody does.
   */
  private static boolean isOfOneLife(Set<Fact> restsOn) {
    return !Collections.disjoint(restsOn, OF_ONE_LIFE) && !restsOn.contains(Fact.MMAP_LOCK_HELD) && !restsOn.contains(Fact.MM_SEQ);
  }

  /** Whether the step's task has been in one write section since just before then, always active: it alone could have made a VMA, and was seen not to. */
  private static boolean isInOwnSection(Step step, @Nullable MmState mm, Moment since) {
    WriteSection own = step.task().sectionOf(mm);
    if (own == null || !own.acquired().surelyBefore(since) || step.moment().time() - since.time() >= Silences.LEAST) {
      return false;
    }
    return !step.task().isQuietBetween(own.acquired().at(), step.moment().at());
  }

  private static boolean mayBeAnew(Step step, Moment since) {
    return step.moment().time() - since.time() >= Silences.LEAST || step.cpus().isAnyQuietSince(since);
  }

  /**
   * Whether no write section of the mm has begun since then in which a VMA might have come to it unseen: what mm_lock_seq is after that, to be asked
   * later, tells that there was none but those that were seen (a reading that does not fit is a loss), and their tasks were always active.
   */
  private static BooleanSupplier noSectionSince(Moment since, Step step, @Nullable MmState mm) {
    WriteSection last = mm == null ? null : mm.section();
    long at = step.moment().at();
    if (mm == null || last != null && !last.acquired().surelyBefore(since) && !areSectionsActive(since, last, step, mm)) {
      return () -> false;
    }
    return () -> mm.mmSeqSeen().at() > at;
  }

  /**
   * Whether the tasks of all write sections since then have events throughout, and vm_area_alloc() cannot have been switched off up to the end of
   * the last one: after that none is allocated.
   */
  private static boolean areSectionsActive(Moment since, WriteSection last, Step step, MmState mm) {
    Moment end = last.ended().known() ? last.ended() : step.moment();
    boolean isShort = end.time() - since.time() < Silences.LEAST;
    boolean isOpenOne = last.isOpen() && (last.task().isQuietAt(step.moment()) || last.task().isQuietBetween(last.acquired().at(), step.moment().at()));
    return isShort && !isOpenOne && mm.quietSectionAt() <= since.at();
  }

  /** Whether the step's task had no event for a while where an event of its own would take the verdict back. */
  private static boolean isQuiet(Step step, Set<Fact> restsOn, List<Evidence> evidence, @Nullable MmState mm, @Nullable VmaState vma) {
    long last = evidence.isEmpty() ? 0 : evidence.getLast().moment().at();
    Moment granted = step.task().read().granted();
    if (restsOn.contains(Fact.VMA_READ_LOCKED) && granted.known()) {
      VmaState read = step.vma();
      boolean freed = read != null && read.life() == VmaState.Life.FREED; // and nobody reads it again, unless it was made anew
      return !freed && step.task().isQuietBetween(granted.at(), last); // what another task did then is the last evidence
    }
    Hold own = step.task().holdOf(mm);
    if (own == null) {
      return !isWrittenByAnother(step, mm) && step.task().isQuietBetween(Math.max(last, step.task().releasedAt()), step.moment().at());
    }
    boolean overlaps = restsOn.contains(Fact.HELD_WHILE_LOGGED) && !restsOn.contains(Fact.HOLDS_NOTHING_ELSE);
    if (overlaps) {
      return step.task().isQuietBetween(provenUpTo(own, step, restsOn, vma), last); // the other hold began there
    }
    long since = Math.max(provenUpTo(own, step, restsOn, vma), restsOn.contains(Fact.HOLDS_NOTHING_ELSE) ? 0 : last);
    boolean locks = !Collections.disjoint(restsOn, OF_ABSENCE); // what it locks unseen while it is away shows by values too
    return locks ? step.task().isQuietRunningBetween(since, step.moment().at()) : step.task().isQuietBetween(since, step.moment().at());
  }

  /** Whether another task holds the mmap_lock for writing: then the step's task cannot hold it. */
  private static boolean isWrittenByAnother(Step step, @Nullable MmState mm) {
    WriteSection section = mm == null ? null : mm.section();
    return section != null
        && section.isOpen()
        && section.task() != step.task()
        && !section.task().isQuietAt(step.moment())
        && !section.task().isQuietBetween(Math.max(section.acquired().at(), section.shownUpTo()), step.moment().at());
  }

  /** Up to where a hold was the same one for sure, unless what is absent is an event inside of it. */
  private static long provenUpTo(Hold hold, Step step, Set<Fact> restsOn, @Nullable VmaState vma) {
    WriteSection section = hold.section();
    if (section == null) {
      return hold.acquired().at();
    }
    if (!Collections.disjoint(restsOn, OF_ABSENCE)) {
      return Math.max(hold.acquired().at(), vma == null ? 0 : vma.readUnlockedAt(section));
    }
    boolean isReadNow = step.sample().hasMmSeq() && section.isOf(step.sample().mmSeq());
    return isReadNow ? step.moment().at() : Math.max(hold.acquired().at(), section.shownUpTo());
  }

  /** Whether events of a verdict may have come in another order than that of their times, now that the whole capture is known. */
  static boolean isOutOfOrder(Found found) {
    return !found.doubt().order().isSure();
  }

  /** Whether a verdict is possible only, now that the whole capture is known. */
  boolean isAtTheEnd(Found found, Silences silences) {
    Unseen unseen = found.doubt().unseen();
    return unseen == null ? !Collections.disjoint(found.restsOn(), unrecorded) : unseen.isPossible(unrecorded, silences);
  }
}
