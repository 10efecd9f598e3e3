package io.vmatrace.checker.check;

import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import java.util.Arrays;
import java.util.List;

/**
 * The rules that look at each op, by its ordinal, in the catalogue's order.
 *
 * @param tallies what each of them found
 * @param rules the rules themselves, apart, as they are called for each step
 */
@SuppressWarnings("ArrayRecordComponent") // looked up for each step
record RulesByOp(RuleTally[][] tallies, Rule[][] rules) {
  static RulesByOp of(List<RuleTally> tallies) {
    RuleTally[][] byOp = new RuleTally[Op.values().length][];
    Arrays.fill(byOp, new RuleTally[0]);
    for (RuleTally tally : tallies) {
      for (Op op : tally.info().on()) {
        RuleTally[] before = byOp[op.ordinal()];
        byOp[op.ordinal()] = Arrays.copyOf(before, before.length + 1);
        byOp[op.ordinal()][before.length] = tally;
      }
    }
    Rule[][] rules = new Rule[byOp.length][];
    for (int op = 0; op < byOp.length; op++) {
      rules[op] = new Rule[byOp[op].length];
      for (int i = 0; i < rules[op].length; i++) {
        rules[op][i] = byOp[op][i].rule();
      }
    }
    return new RulesByOp(byOp, rules);
  }
}
