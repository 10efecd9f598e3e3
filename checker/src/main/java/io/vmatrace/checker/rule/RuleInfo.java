package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A rule's header: all that it says of itself, put together call by call.
 *
 * @param id its number in docs/PROTOCOL.md, Rules, such as R18
 * @param summary the rule in one line, as it should be
 * @param severity what a violation means
 * @param generations the designs that it applies to
 * @param sources where the kernel says so: file, function, version; or a commit or document
 * @param on the ops that it looks at
 * @param also further ops that a capture must have shown, for the rule argues from their absence
 * @param facts what it relies on beside the values of the event in hand
 * @param reads fields without which it says nothing, beyond those that every probe with values fetches
 * @param needsValues whether it says nothing without values that probes read (evidence level E2)
 * @param valuesSuffice whether the values of one event may break it, whatever else is known: then only its other verdicts rest on facts
 * @param neverDefinite whether each of its findings is only possible: what a capture can show is never proof
 */
public record RuleInfo(
    String id,
    String summary,
    Severity severity,
    Set<Generation> generations,
    List<String> sources,
    Set<Op> on,
    Set<Op> also,
    Set<Fact> facts,
    Set<Field> reads,
    boolean needsValues,
    boolean valuesSuffice,
    boolean neverDefinite) {

  public RuleInfo {
    generations = Set.copyOf(generations);
    sources = List.copyOf(sources);
    on = Set.copyOf(on);
    also = Set.copyOf(also);
    facts = Set.copyOf(facts);
    reads = Set.copyOf(reads);
  }

  static RuleInfo of(String id, String claim, Severity severity) {
    return new RuleInfo(id, claim, severity, Set.of(Generation.values()), List.of(), Set.of(), Set.of(), Set.of(), Set.of(), false, false, false);
  }

  /**
   * It applies to kernels from one on: 6.4 (the first with a VMA lock), 6.15 (vm_refcnt) or 7.0. Without this it applies to all. A capture
   * whose design is not known is put to every rule.
   */
  public RuleInfo since(String release) {
    return in(
        switch (release) {
          case "6.4" -> Generation.VMA_LOCKS;
          case "6.15" -> Generation.REFCNTS;
          case "7.0" -> Set.of(Generation.EXCLUDE_READERS);
          default -> throw new IllegalArgumentException("no design begins with " + release);
        });
  }

  /** It applies to kernels of one design. */
  public RuleInfo onlyIn(Generation generation) {
    return in(Set.of(generation));
  }

  private RuleInfo in(Set<Generation> designs) {
    return new RuleInfo(id, summary, severity, designs, sources, on, also, facts, reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** The ops that it looks at. */
  public RuleInfo on(Op... ops) {
    return new RuleInfo(id, summary, severity, generations, sources, set(ops), also, facts, reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** The ops whose probes read values from a VMA, and further ones. */
  public RuleInfo onSamples(Op... others) {
    Set<Op> all = EnumSet.copyOf(Sampled.OPS);
    all.addAll(List.of(others));
    return new RuleInfo(id, summary, severity, generations, sources, all, also, facts, reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** Further ops that a capture must have shown, for the rule argues from their absence. */
  public RuleInfo needs(Op... ops) {
    return new RuleInfo(id, summary, severity, generations, sources, on, set(ops), facts, reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** What it relies on beside the values of the event in hand. */
  public RuleInfo relyingOn(Fact... relied) {
    return new RuleInfo(id, summary, severity, generations, sources, on, also, Set.of(relied), reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** It says nothing without these fields, which not every probe fetches. */
  public RuleInfo reading(Field... fields) {
    return new RuleInfo(id, summary, severity, generations, sources, on, also, facts, Set.of(fields), needsValues, valuesSuffice, neverDefinite);
  }

  /** It says nothing without values that probes read. */
  public RuleInfo byValues() {
    return new RuleInfo(id, summary, severity, generations, sources, on, also, facts, reads, true, valuesSuffice, neverDefinite);
  }

  /** The values of one event may break it, whatever else is known; only its other verdicts rest on the facts. */
  public RuleInfo orByValues() {
    return new RuleInfo(id, summary, severity, generations, sources, on, also, facts, reads, needsValues, true, neverDefinite);
  }

  /** Each of its findings is only possible, whatever proves it: it never turns a capture red, and never takes the verdict. */
  public RuleInfo onlyPossible() {
    return new RuleInfo(id, summary, severity, generations, sources, on, also, facts, reads, needsValues, valuesSuffice, true);
  }

  /** Where the kernel says so: file, function, version; or a commit or document. */
  public RuleInfo sources(String... places) {
    return new RuleInfo(id, summary, severity, generations, List.of(places), on, also, facts, reads, needsValues, valuesSuffice, neverDefinite);
  }

  /** Every op that a capture must have shown for all that the rule can say: those that end the facts it relies on, and further ones. */
  public Set<Op> needs() {
    Set<Op> needs = set();
    needs.addAll(also);
    facts.forEach(fact -> {
      needs.addAll(fact.endedBy(null));
      if (fact.endsWithItsVma()) {
        needs.addAll(Fact.ENDS_OF_A_VMA);
      }
    });
    return needs;
  }

  /** The number in the id, by which the catalogue is ordered. */
  public int number() {
    return Integer.parseInt(id, 1, id.length(), 10);
  }

  private static Set<Op> set(Op... ops) {
    Set<Op> set = EnumSet.noneOf(Op.class);
    set.addAll(List.of(ops));
    return set;
  }
}
