package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Sights;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What may make a verdict possible only.
 *
 * @param reason that is known where it is found; null when there is nothing
 * @param lifted asked when the verdict is given: whether what came after it shows that the reason does not hold
 * @param order the order of its events
 * @param sights what is seen of its VMA, to the capture's end; null when there is none
 */
record Doubt(@Nullable Unsettled reason, BooleanSupplier lifted, Order order, @Nullable Sights sights) {
  /** None. */
  static final Doubt NONE = new Doubt(null, () -> false, Order.NONE, null);

  /** Why the verdict that is given now is possible only, or null. */
  @Nullable Unsettled why() {
    return reason == null || lifted.getAsBoolean() ? null : reason;
  }
}
