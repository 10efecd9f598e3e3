package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class SeqRules {
  private SeqRules() {}

  public static List<Rule> all() {
    return List.of(
        new LockSeqWasMmSeq(),
        new MmSeqAdvancesTwicePerSection(),
        new MmSeqOddWhileWriteHeld(),
        new StartWriteSetsLockSeq());
  }
}
