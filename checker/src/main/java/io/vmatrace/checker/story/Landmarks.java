package io.vmatrace.checker.story;

import io.vmatrace.parser.event.Op;
import java.util.Set;

/**
 * Events that have a row whatever they are about: the evidence of a finding.
 *
 * @param places where they are in the capture
 * @param breaksAt which of them breaks the rule; 0 for none
 * @param provesAt a later one that proves it; 0 for none
 * @param ops what the rule looks at; empty for whatever that event shows
 * @param rule its id
 */
record Landmarks(Set<Long> places, long breaksAt, long provesAt, Set<Op> ops, String rule) {
  /** A history has none. */
  static final Landmarks NONE = new Landmarks(Set.of(), 0, 0, Set.of(), "");

  boolean has(long at) {
    return places.contains(at);
  }

  boolean isBreak(long at, Op op) {
    return at == breaksAt && (ops.isEmpty() || ops.contains(op));
  }

  boolean isProof(long at) {
    return at == provesAt;
  }

  /** Whether the event itself stands for the break, where no step of it does: not if it is concluded from the end of the capture. */
  boolean isBreak(long at) {
    return at == breaksAt && !ops.contains(Op.STILL_WAITS_FOR_READERS);
  }
}
