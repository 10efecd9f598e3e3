package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;

/** A variant's lock as it is followed along a capture. */
interface Follower {
  /** A step, before its effect is applied to the states that it names. */
  void follow(Step step);

  /** Nothing is known any more. */
  void forget();
}
