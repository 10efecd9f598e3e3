package io.vmatrace.checker.recipe;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.List;

/** Which events show an op, and which others prove that one was recorded. */
final class Sources {
  private Sources() {}

  /**
   * The events that show an op, but for those that nobody records without another of them; empty for those that system calls show, and
   * for what only a kernel log does.
   */
  static List<EventKind> of(Op op) {
    return EventKinds.showing(op).stream().filter(kind -> kind.recordedWith().isEmpty()).toList();
  }

  /** An event that is switched on together with another: if it was seen, the other was recorded too. */
  static EventKind companion(EventKind kind) {
    return EventKinds.all().stream().filter(other -> isCompanion(other, kind)).findFirst().orElse(kind);
  }

  private static boolean isCompanion(EventKind other, EventKind of) {
    return of.source() == EventKind.Source.TRACEPOINT && other.recordedWith().equals(of.kernelName());
  }
}
