package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.MmState;
import org.jspecify.annotations.Nullable;

/** What one rule remembers about an mm, until nothing is known of that mm any more. */
public final class PerMm<T> extends Slot<T> {
  /** What it remembers, or null. */
  public @Nullable T get(MmState mm) {
    return in(mm.memory());
  }

  /** Remembers a value in place of the one before; null forgets. */
  public void put(MmState mm, @Nullable T value) {
    keep(mm.memory(), value);
  }
}
