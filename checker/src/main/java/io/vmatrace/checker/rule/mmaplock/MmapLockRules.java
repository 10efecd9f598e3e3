package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class MmapLockRules {
  private MmapLockRules() {}

  public static List<Rule> all() {
    return List.of(
        new DowngradedIsReader(),
        new NoMmapLockInUserMode(),
        new NothingWrittenAfterDowngrade(),
        new ReleaseOnlyWhatIsHeld(),
        new WriteSectionExcludesOthers());
  }
}
