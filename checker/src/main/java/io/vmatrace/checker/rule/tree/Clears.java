package io.vmatrace.checker.rule.tree;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;

/** Stores of nothing over a part of what their task unmaps: one is due, between the gathering and the first free. */
final class Clears {
  private Clears() {}

  /**
   * A clear in a write section.
   *
   * @param since from when on none is due; unset as long as one is
   * @param wrong what is wrong with one that comes all the same, behind its range
   * @param shows what happened at {@code since}
   */
  static void check(Step step, Checks checks, Moment since, String wrong, String shows) {
    if (step.task().sectionOf(step.mm()) == null) {
      return;
    }
    if (since.known() && step.task().unmap().overlaps(step.address(), step.flags())) {
      checks.broken("0x%x-0x%x %s".formatted(step.address(), step.flags() + 1, wrong), Evidence.of(since, shows));
    } else {
      checks.held();
    }
  }
}
