package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class WriterRules {
  private WriterRules() {}

  public static List<Rule> all() {
    return List.of(
        new ForkLocksParentVmas(),
        new NewVmaLockedBeforeVisible(),
        new OneWriterWaits(),
        new WriteLockLastsToSectionEnd(),
        new WriteLockUnderMmapLock(),
        new WriterIsWoken(),
        new WokenMmIsAlive());
  }
}
