package io.vmatrace.checker.mm;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What observers keep about one task, mm or VMA. It is emptied together with what is known of the object, so that nothing kept here outlives
 * the evidence for it. Most keep nothing or little, and many rules ask for each event, so the few are looked through.
 */
public final class Memory {
  private static final @Nullable Object[] NOTHING = {};
  private static final int FIRST = 4;

  /** Each owner, and behind it what it keeps. */
  private @Nullable Object[] kept = NOTHING;

  /** How many places of that are used. */
  private int end;

  /** What an owner keeps here, or null. */
  public @Nullable Object get(Object owner) {
    int at = placeOf(owner);
    return at < 0 ? null : kept[at + 1];
  }

  /** Keeps a value for an owner, in place of the one before. */
  public void put(Object owner, Object value) {
    int at = placeOf(owner);
    if (at < 0) {
      at = end;
      if (end == kept.length) {
        grow();
      }
      kept[at] = owner;
      end += 2;
    }
    kept[at + 1] = value;
  }

  private void grow() {
    kept = Arrays.copyOf(kept, Math.max(FIRST, 2 * end));
  }

  /** Forgets what an owner keeps. */
  public void remove(Object owner) {
    if (end > 0) {
      removeKept(owner); // apart, as there is mostly nothing
    }
  }

  private void removeKept(Object owner) {
    int at = placeOf(owner);
    if (at >= 0) {
      end -= 2;
      kept[at] = kept[end];
      kept[at + 1] = kept[end + 1];
      kept[end] = null;
      kept[end + 1] = null;
    }
  }

  /** Forgets everything. */
  public void clear() {
    if (end > 0) {
      Arrays.fill(kept, 0, end, null);
      end = 0;
    }
  }

  private int placeOf(Object owner) {
    for (int i = 0; i < end; i += 2) {
      if (kept[i] == owner) {
        return i;
      }
    }
    return -1;
  }
}
