package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.Moment;
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
}
