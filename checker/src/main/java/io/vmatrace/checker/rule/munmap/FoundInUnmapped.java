package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What look-ups have found in a range that its unmapping has cleared, while that holds the mmap_lock for reading. Events of the mmap_lock may be
 * off, or filtered: only where the unmapping is seen to go on after a look-up was it that one, and not a later one of the same range.
 */
final class FoundInUnmapped {
  private final Hold hold;
  private final Moment gathered;
  private final List<LookUp> lookUps = new ArrayList<>(0);

  /** @param gathered when the range was gathered, under that hold */
  FoundInUnmapped(Hold hold, Moment gathered) {
    this.hold = hold;
    this.gathered = gathered;
  }

  /** A look-up of another task returns. */
  LookUp add(Step step) {
    LookUp found = new LookUp(step.vma(), step.task().read().entered().at(), step.moment().at());
    lookUps.add(found);
    return found;
  }

  /** Whether the unmapping holds the lock for reading as it did. */
  boolean isHeld() {
    return hold.isDowngraded() && hold.task().holdOf(hold.mm()) == hold;
  }

  /**
   * A step of the unmapping: mm_lock_seq tells that no write section came after its own, or it frees what a look-up has returned, or it goes on
   * after the look-up, and its task was in no other system call meanwhile.
   */
  void see(Step step) {
    if (lookUps.isEmpty() || step.task() != hold.task() || !isHeld()) {
      return;
    }
    WriteSection section = hold.section();
    boolean isOnlyOne = section != null && step.sample().hasMmSeq() && section.isEndedAt(step.sample().mmSeq());
    boolean inOneCall = step.task().isCallsRecorded() && step.task().inUserModeAt().at() < gathered.at();
    for (LookUp lookUp : lookUps) {
      boolean goesOn = step.op() == Op.VM_AREA_FREE ? step.vma() == lookUp.vma : inOneCall;
      lookUp.duringIt |= isOnlyOne || goesOn && !mayBeAnother(lookUp, step);
    }
  }

  /** Whether tracing may have been off where the unmapping ended, before the look-up returned, and where the next one began, after the look-up did. */
  private boolean mayBeAnother(LookUp lookUp, Step step) {
    return step.task().isQuietBetween(gathered.at(), lookUp.returnedAt) && step.task().isQuietBetween(lookUp.enteredAt, step.moment().at());
  }

  /** What a look-up returned, and whether the unmapping was seen to go on after that. */
  static final class LookUp {
    private final @Nullable VmaState vma;
    private final long enteredAt;
    private final long returnedAt;
    private boolean duringIt;

    private LookUp(@Nullable VmaState vma, long enteredAt, long returnedAt) {
      this.vma = vma;
      this.enteredAt = enteredAt;
      this.returnedAt = returnedAt;
    }

    boolean isDuringIt() {
      return duringIt;
    }
  }
}
