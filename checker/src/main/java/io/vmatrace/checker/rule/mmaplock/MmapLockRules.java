package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class MmapLockRules {
  private MmapLockRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new DowngradedIsReader(),
        new NoMmapLockInUserMode(),
        new NothingWrittenAfterDowngrade(),
        new OneMmIsWritten(),
        new OnlyWriterDowngrades(),
        new ReleaseOnlyWhatIsHeld(),
        new ReleasedBeforeTakenAgain(),
        new WriteSectionExcludesOthers());
  }
}
