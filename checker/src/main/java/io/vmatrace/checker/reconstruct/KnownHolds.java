package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mmap_locks that a task holds, in the order in which it took them: mostly none or one, so that a second one is looked for apart. */
final class KnownHolds {
  private final ArrayList<KnownHold> holds = new ArrayList<>(2);

  /** All of them, as they are and will be. */
  List<KnownHold> all() {
    return holds;
  }

  /** The hold of an mm's lock, or null. */
  @Nullable KnownHold of(@Nullable MmState mm) {
    if (holds.isEmpty()) {
      return null;
    }
    KnownHold last = holds.getLast();
    return last.mm() == mm ? last : outerOf(mm);
  }

  private @Nullable KnownHold outerOf(@Nullable MmState mm) {
    for (int i = holds.size() - 2; i >= 0; i--) {
      if (holds.get(i).mm() == mm) {
        return holds.get(i);
      }
    }
    return null;
  }

  /** The write section that began last, or null. */
  @Nullable KnownSection innermostSection() {
    if (holds.isEmpty()) {
      return null;
    }
    KnownHold last = holds.getLast();
    return last.isWrite() ? last.section() : outerSection();
  }

  private @Nullable KnownSection outerSection() {
    for (int i = holds.size() - 2; i >= 0; i--) {
      if (holds.get(i).isWrite()) {
        return holds.get(i).section();
      }
    }
    return null;
  }

  void add(KnownHold hold) {
    holds.add(hold);
  }

  void remove(KnownHold hold) {
    holds.remove(hold);
  }

  /** All of them have ended, and nothing says since when. */
  void endUnseen() {
    while (!holds.isEmpty()) {
      KnownHold hold = holds.removeLast();
      hold.endUnseen();
      hold.mm().unlock(hold);
    }
  }
}
