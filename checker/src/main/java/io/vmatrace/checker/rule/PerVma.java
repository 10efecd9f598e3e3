package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.VmaState;
import org.jspecify.annotations.Nullable;

/** What one rule remembers about a VMA, until that VMA is freed or nothing is known of it any more. */
public final class PerVma<T> extends Slot<T> {
  /** What it remembers, or null. */
  public @Nullable T get(VmaState vma) {
    return in(vma.memory());
  }

  /** Remembers a value in place of the one before; null forgets. */
  public void put(VmaState vma, @Nullable T value) {
    keep(vma.memory(), value);
  }
}
