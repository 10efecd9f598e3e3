package io.vmatrace.checker.rule;

import io.vmatrace.checker.mm.Step;

/** One rule of the protocol. A rule has no state of its own: all it needs is in the step and the states it names. */
public interface Rule {
  RuleInfo info();

  /**
   * Looks at a step of one of its ops, before the step's effect is applied. Says nothing where the state is unknown; else says to
   * {@code checks} either that the rule held or how it was broken, once.
   */
  void check(Step step, Checks checks);
}
