package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class TreeRules {
  private TreeRules() {}

  public static List<Rule> all() {
    return List.of(
        new FreedOutOfTree(),
        new GatheredVmasDetached(),
        new InTreeIsAttached(),
        new StoredRangeIsVmaRange(),
        new TreeChangesUnderWriteLock(),
        new UnmapClearsOnce());
  }
}
