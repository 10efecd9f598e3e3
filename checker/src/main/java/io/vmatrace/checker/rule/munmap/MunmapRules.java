package io.vmatrace.checker.rule.munmap;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class MunmapRules {
  private MunmapRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new FailedMunmapFreesNothing(),
        new FailedMunmapStaysAttached(),
        new FreedOutOfTree(),
        new GatheredVmasDetached(),
        new NoReadLockInGatheredRange(),
        new NoReadLockWhileTablesAreFreed(),
        new UnmapClearsOnce());
  }
}
