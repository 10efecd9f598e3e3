package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class RefcntRules {
  private RefcntRules() {}

  public static List<Rule> all() {
    return List.of(
        new DetachOnlyAttached(),
        new DetachedMeansZero(),
        new DetachedStaysZeroInStartWrite(),
        new ExcludeReadersSetOnce(),
        new FaultIsCounted(),
        new FreedOnlyDetached(),
        new KilledWriterLeavesNothing(),
        new RefcntNeverSaturated());
  }
}
