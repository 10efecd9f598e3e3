package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class OperationRules {
  private OperationRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new ExitLocksVmas(),
        new KilledForkFails(),
        new NoReaderAtExit(),
        new NobodyWalksFailedFork(),
        new StackGrowsUnderWriteLock());
  }
}
