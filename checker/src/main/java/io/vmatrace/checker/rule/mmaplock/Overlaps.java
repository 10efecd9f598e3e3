package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
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
    for (Hold other : own.mm().holds()) {
      boolean conflict = other.task() != own.task() && (other.isWrite() || own.isWrite() && !writersOnly);
      if (conflict && other.acquired().surelyBefore(end) && own.acquired().surelyBefore(end)) {
        return other;
      }
    }
    return null;
  }

  /** Whether a hold has ended as it is now: at the printed time of the other's end the two may just have followed each other. */
  static BooleanSupplier ended(Hold hold) {
    boolean write = hold.isWrite();
    return () -> !hold.mm().holds().contains(hold) || hold.isWrite() != write;
  }

  static String mode(Hold hold) {
    return hold.isWrite() ? "for writing" : "for reading";
  }
}
