package io.vmatrace.checker.check;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What may make a verdict possible only.
 *
 * @param reason that is known where it is found; null when there is nothing
 * @param lifted asked when the verdict is given: whether what came after it shows that the reason does not hold
 * @param order the order of its events
 * @param unseen what its VMA is not seen to do, on which it rests; null when there is none
 */
record Doubt(@Nullable Unsettled reason, BooleanSupplier lifted, Order order, @Nullable Unseen unseen) {
  /** None. */
  static final Doubt NONE = new Doubt(null, () -> false, Order.NONE, null);

  /** Whether values prove what an absence was taken for: then it matters no more whether events of the kind were on. */
  boolean isAbsenceProved() {
    return unseen != null && unseen.isProved();
  }

  /** Why the verdict that is given now is possible only, or null. */
  @Nullable Unsettled why() {
    return reason == null || lifted.getAsBoolean() ? null : reason;
  }
}
