package io.vmatrace.checker.recipe;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventKinds;

/** Which other event proves that one was recorded. */
final class Sources {
  private Sources() {}

  /** An event that is switched on together with another: if it was seen, the other was recorded too. */
  static EventKind companion(EventKind kind) {
    return EventKinds.all().stream().filter(other -> isCompanion(other, kind)).findFirst().orElse(kind);
  }

  private static boolean isCompanion(EventKind other, EventKind of) {
    return of.source() == EventKind.Source.TRACEPOINT && other.recordedWith().equals(of.kernelName());
  }
}
