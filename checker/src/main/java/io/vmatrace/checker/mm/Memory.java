package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What observers keep about one task, mm or VMA. It is emptied together with what is known of the object, so that nothing kept here outlives
 * the evidence for it.
 */
public final class Memory {
  private final List<Object> kept = new ArrayList<>(0);

  /** What an owner keeps here, or null. */
  public @Nullable Object get(Object owner) {
    for (int i = 0; i < kept.size(); i += 2) {
      if (kept.get(i) == owner) {
        return kept.get(i + 1);
      }
    }
    return null;
  }

  /** Keeps a value for an owner, in place of the one before. */
  public void put(Object owner, Object value) {
    for (int i = 0; i < kept.size(); i += 2) {
      if (kept.get(i) == owner) {
        kept.set(i + 1, value);
        return;
      }
    }
    kept.add(owner);
    kept.add(value);
  }

  /** Forgets what an owner keeps. */
  public void remove(Object owner) {
    for (int i = 0; i < kept.size(); i += 2) {
      if (kept.get(i) == owner) {
        kept.subList(i, i + 2).clear();
        return;
      }
    }
  }

  /** Forgets everything. */
  public void clear() {
    if (!kept.isEmpty()) {
      kept.clear();
    }
  }
}
