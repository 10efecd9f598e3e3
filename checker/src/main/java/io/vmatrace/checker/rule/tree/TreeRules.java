package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.rule.Rule;
import java.util.List;

/** The rules of this family. */
public final class TreeRules {
  private TreeRules() {}

  /** New rules, which have seen nothing. */
  public static List<Rule> create() {
    return List.of(
        new InTreeIsAttached(),
        new LostVmaIsDetached(),
        new MappedAsAsked(),
        new OneRangeOfAVma(),
        new OverwrittenVmaIsLocked(),
        new StoredRangeIsVmaRange(),
        new StoredVmaIsWriteLocked(),
        new TreeChangesUnderWriteLock());
  }
}
