package io.vmatrace.checker.rule;

import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.List;
import java.util.Set;

/**
 * What a rule says of itself.
 *
 * @param id protocol.md's number, e.g. R18
 * @param summary the rule in one line, as it should be
 * @param severity what a violation means
 * @param generations the designs that it applies to
 * @param sources where the kernel says so: file, function, version; or a commit or document
 * @param on the ops that it looks at
 * @param needs ops that a capture must have shown for the rule to be evidenced: what it compares with, or whose absence it argues from
 * @param needsValues whether it needs sampled values (evidence level E2)
 */
public record RuleInfo(
    String id,
    String summary,
    Severity severity,
    Set<Generation> generations,
    List<String> sources,
    Set<Op> on,
    Set<Op> needs,
    boolean needsValues) {

  public RuleInfo {
    generations = Set.copyOf(generations);
    sources = List.copyOf(sources);
    on = Set.copyOf(on);
    needs = Set.copyOf(needs);
  }

  /** The number in the id, by which the catalogue is ordered. */
  public int number() {
    return Integer.parseInt(id.substring(1));
  }
}
