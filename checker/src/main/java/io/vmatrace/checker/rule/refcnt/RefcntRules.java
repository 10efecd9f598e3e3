package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class RefcntRules {
  private RefcntRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new AttachedFromZero(),
        new DetachOnlyAttached(),
        new DetachedMeansZero(),
        new DetachedStaysZeroInStartWrite(),
        new ExcludeReadersSetOnce(),
        new FaultIsCounted(),
        new FreedOnlyDetached(),
        new KilledWriterLeavesNothing(),
        new MmapLockedFaultSeesNoFlag(),
        new ReadLocksAreDropped(),
        new RefcntNeverSaturated(),
        new ZeroUntilAttached());
  }
}
