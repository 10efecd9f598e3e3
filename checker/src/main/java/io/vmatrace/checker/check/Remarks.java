package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rule says of the finding to come before its verdict: of what it says nothing, the step and the rule's header tell. */
final class Remarks {
  private boolean made;
  private boolean named;
  private @Nullable MmState mm;
  private @Nullable VmaState vma;
  private @Nullable Set<Fact> restsOn;
  private String kind = "";
  private @Nullable String absent;

  /** Whether there are any. */
  boolean areMade() {
    return made;
  }

  /** They were about another finding. */
  void clear() {
    made = false;
    named = false;
    restsOn = null;
    kind = "";
    absent = null;
  }

  void about(@Nullable MmState of, @Nullable VmaState at) {
    made = true;
    named = true;
    mm = of;
    vma = at;
  }

  void restingOn(Set<Fact> facts) {
    made = true;
    restsOn = facts;
  }

  void kind(String of) {
    made = true;
    kind = of;
  }

  void absent(String function) {
    made = true;
    absent = function;
  }

  /** What the finding is about. */
  @Nullable MmState mm(Step step) {
    return named ? mm : step.mm();
  }

  /** The same. */
  @Nullable VmaState vma(Step step) {
    return named ? vma : step.vma();
  }

  Set<Fact> restsOn(RuleInfo rule) {
    return restsOn == null ? rule.facts() : restsOn;
  }

  /** The kind of the breach; empty where there is one. */
  String kind() {
    return kind;
  }

  /** A function that should have been called before, or null. */
  @Nullable String absent() {
    return absent;
  }
}
