package io.vmatrace.checker.catalogue;

import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.mmaplock.MmapLockRules;
import io.vmatrace.checker.rule.munmap.MunmapRules;
import io.vmatrace.checker.rule.operation.OperationRules;
import io.vmatrace.checker.rule.reader.ReaderRules;
import io.vmatrace.checker.rule.refcnt.RefcntRules;
import io.vmatrace.checker.rule.seq.SeqRules;
import io.vmatrace.checker.rule.tree.TreeRules;
import io.vmatrace.checker.rule.writer.WriterRules;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** All rules, in the order of their numbers, which are those of docs/PROTOCOL.md, Rules. */
public final class Rules {
  private static final List<Supplier<List<Rule>>> FAMILIES =
      List.of(
          RefcntRules::create,
          SeqRules::create,
          ReaderRules::create,
          WriterRules::create,
          MmapLockRules::create,
          TreeRules::create,
          MunmapRules::create,
          OperationRules::create);

  private static final List<RuleInfo> INFOS = create().stream().map(Rule::info).toList();

  private Rules() {}

  /** New rules for one run, which have seen nothing. Not by a comparator of {@code Comparator.comparingInt}, which is made at run time (docs/PERFORMANCE.md). */
  public static List<Rule> create() {
    return FAMILIES.stream().flatMap(family -> family.get().stream()).sorted((one, other) -> Integer.compare(one.info().number(), other.info().number())).toList();
  }

  /** The headers of all rules. */
  public static List<RuleInfo> infos() {
    return INFOS;
  }

  /** The header of the rule with an id, in any case: R18 or r18. */
  public static Optional<RuleInfo> find(String id) {
    return INFOS.stream().filter(info -> info.id().equalsIgnoreCase(id)).findFirst();
  }
}
