package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A hold of an mmap_lock, as the reconstruction keeps it. */
final class KnownHold implements Hold {
  private final KnownTask task;
  private final KnownMm mm;
  private final Moment acquired;
  private final @Nullable KnownSection section;
  private boolean downgraded;

  KnownHold(KnownTask task, KnownMm mm, Moment acquired, @Nullable KnownSection section) {
    this.task = task;
    this.mm = mm;
    this.acquired = acquired;
    this.section = section;
  }

  @Override
  public KnownTask task() {
    return task;
  }

  @Override
  public KnownMm mm() {
    return mm;
  }

  @Override
  public Moment acquired() {
    return acquired;
  }

  @Override
  public @Nullable KnownSection section() {
    return section;
  }

  @Override
  public boolean isWrite() {
    return section != null && !downgraded;
  }

  @Override
  public boolean isDowngraded() {
    return downgraded;
  }

  /** It is over, and nothing says since when. */
  void endUnseen() {
    if (section != null) {
      section.endUnseen();
    }
  }

  void downgrade() {
    downgraded = true;
  }

  /**
   * The hold of an mm's lock, or null. A task mostly has none or one, so a further one is looked for apart.
   *
   * @param holds of one task, in the order in which it took them
   */
  static @Nullable KnownHold of(@Nullable MmState mm, List<KnownHold> holds) {
    if (holds.isEmpty()) {
      return null;
    }
    KnownHold last = holds.getLast();
    return last.mm() == mm ? last : outerOf(mm, holds);
  }

  private static @Nullable KnownHold outerOf(@Nullable MmState mm, List<KnownHold> holds) {
    for (int i = holds.size() - 2; i >= 0; i--) {
      if (holds.get(i).mm() == mm) {
        return holds.get(i);
      }
    }
    return null;
  }

  /**
   * The write section that began last, or null.
   *
   * @param holds of one task, in the order in which it took them
   */
  static @Nullable KnownSection innermostSection(List<KnownHold> holds) {
    if (holds.isEmpty()) {
      return null;
    }
    KnownHold last = holds.getLast();
    return last.isWrite() ? last.section() : outerSection(holds);
  }

  private static @Nullable KnownSection outerSection(List<KnownHold> holds) {
    for (int i = holds.size() - 2; i >= 0; i--) {
      if (holds.get(i).isWrite()) {
        return holds.get(i).section();
      }
    }
    return null;
  }
}
