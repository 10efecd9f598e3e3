package io.vmatrace.checker.catalogue;

import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.mmaplock.MmapLockRules;
import io.vmatrace.checker.rule.operation.OperationRules;
import io.vmatrace.checker.rule.reader.ReaderRules;
import io.vmatrace.checker.rule.refcnt.RefcntRules;
import io.vmatrace.checker.rule.seq.SeqRules;
import io.vmatrace.checker.rule.tree.TreeRules;
import io.vmatrace.checker.rule.writer.WriterRules;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All rules, in the order of their numbers, which are those of docs/PROTOCOL.md, Rules. */
public final class Rules {
  private static final List<Rule> ALL =
      Stream.of(
              RefcntRules.all(),
              SeqRules.all(),
              ReaderRules.all(),
              WriterRules.all(),
              MmapLockRules.all(),
              TreeRules.all(),
              OperationRules.all())
          .flatMap(List::stream)
          .sorted(Comparator.comparingInt(rule -> rule.info().number()))
          .toList();

  private Rules() {}

  public static List<Rule> all() {
    return ALL;
  }

  /** The rule with an id, in any case: R18 or r18. */
  public static Optional<Rule> find(String id) {
    return ALL.stream().filter(rule -> rule.info().id().equalsIgnoreCase(id)).findFirst();
  }
}
