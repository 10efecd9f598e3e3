package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;

/** Follows a variant's lock along a capture. */
interface Follower {
  /** A step, before its effect is applied to the states that it names. */
  void follow(Step step);

  /** Everything becomes unknown. */
  void forget();
}
