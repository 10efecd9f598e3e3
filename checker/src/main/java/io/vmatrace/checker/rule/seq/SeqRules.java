package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class SeqRules {
  private SeqRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new AnonVmaIntoLockedVma(),
        new ChangedVmaIsWriteLocked(),
        new ContextOfLockedVma(),
        new FlagsOfLockedVma(),
        new LockSeqWasMmSeq(),
        new MergedVmasAreLocked(),
        new MmSeqAdvancesTwicePerSection(),
        new MmSeqOddWhileWriteHeld(),
        new PolicyOfLockedVma(),
        new StartWriteSetsLockSeq(),
        new TablesMoveFromLockedVma());
  }
}
