package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class WriterRules {
  private WriterRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new CalledBackAfterFree(),
        new ForkLocksParentVmas(),
        new KilledWriterDies(),
        new MmOutlivesItsVmas(),
        new NewVmaLockedBeforeVisible(),
        new NotAllocatedTwice(),
        new OneWriterWaits(),
        new WokenMmIsAlive(),
        new WriteLockLastsToSectionEnd(),
        new WriteLockUnderMmapLock(),
        new WriterIsWoken());
  }
}
