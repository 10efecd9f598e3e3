package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule.Checks;
import io.vmatrace.checker.rule.Rule.Evidence;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Holds of one mmap_lock that certainly overlap and must not. */
final class Overlaps {
  private Overlaps() {}

  /**
   * Another task's hold that conflicts with one that ends now, or null.
   *
   * @param writersOnly whether the hold that ends is a reader's, which only writers conflict with
   */
  static @Nullable Hold with(Hold own, Moment end, boolean writersOnly) {
    var holds = own.mm().holds();
    if (holds.size() < 2) {
      return null;
    }
    for (Hold other : holds) {
      boolean conflict = other.task() != own.task() && (other.isWrite() || own.isWrite() && !writersOnly);
      if (conflict && other.acquired().surelyBefore(end) && own.acquired().surelyBefore(end)) {
        return other;
      }
    }
    return null;
  }

  /**
   * Says that two holds overlap. The other one has not ended yet, so it ends at the time of this event at the earliest: if this one was
   * acquired at an earlier time, nothing that follows can make them follow each other.
   */
  static void broken(Checks checks, Step step, Hold other, String message, Evidence... evidence) {
    Hold own = step.task().holdOf(step.mm());
    if (own != null && own.acquired().isEarlier(step.moment())) {
      checks.brokenByOverlap(other, message, evidence);
    } else {
      checks.brokenUnless(ended(other), message, evidence);
    }
  }

  /** Whether a hold has ended as it is now: at the printed time of the other's end the two may just have followed each other. */
  private static BooleanSupplier ended(Hold hold) {
    boolean write = hold.isWrite();
    return () -> !hold.mm().holds().contains(hold) || hold.isWrite() != write;
  }

  static String mode(Hold hold) {
    return hold.isWrite() ? "for writing" : "for reading";
  }
}
