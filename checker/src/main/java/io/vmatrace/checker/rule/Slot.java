package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.Memory;
import org.jspecify.annotations.Nullable;

/** What one rule remembers about an object; it is forgotten together with what is known of that object. */
abstract class Slot<T> {
  @SuppressWarnings("unchecked") // only put() writes what this owner keeps
  final @Nullable T in(Memory memory) {
    return (T) memory.get(this);
  }

  final void keep(Memory memory, @Nullable T value) {
    if (value == null) {
      memory.remove(this);
    } else {
      memory.put(this, value);
    }
  }
}
