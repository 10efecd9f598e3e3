package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class OperationRules {
  private OperationRules() {}

  public static List<Rule> all() {
    return List.of(
        new NoReaderAtExit(),
        new StackGrowsUnderWriteLock());
  }
}
