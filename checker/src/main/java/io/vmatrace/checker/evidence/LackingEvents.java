package io.vmatrace.checker.evidence;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Names the events that a capture lacks, as they would stand in it: not there at all, there without values, or not all of them. */
final class LackingEvents {
  private final Recorded recorded;
  private final Set<String> absent = new TreeSet<>();
  private final Set<String> bare = new TreeSet<>();
  private final Set<String> some = new TreeSet<>();

  LackingEvents(Recorded recorded) {
    this.recorded = recorded;
  }

  /** The events for want of which a capture does not show some ops, in words. */
  String of(Set<Op> ops) {
    ops.forEach(this::add);
    List<String> reasons = new ArrayList<>();
    addTo(reasons, "not in the capture: ", absent);
    addTo(reasons, "recorded without values: ", bare);
    addTo(reasons, "not all in the capture: ", some);
    return reasons.isEmpty() ? "what it is about never happened" : String.join("; ", reasons);
  }

  private void add(Op op) {
    List<EventKind> kinds = EventKinds.recordedFor(op);
    if (kinds.isEmpty()) {
      absent.add(op == Op.DIED_IN_FAULT ? "the kernel's log" : "system calls");
    }
    List<EventKind> ofDesign = kinds.stream().filter(this::isOfDesign).toList();
    for (EventKind kind : ofDesign.isEmpty() ? kinds : ofDesign) {
      if (!recorded.witness().saw(kind)) {
        absent.add(kind.eventName());
      } else if (recorded.witness().isBare(kind)) {
        bare.add(kind.eventName());
      } else if (recorded.ops().contains(op)) {
        some.add(kind.eventName());
      }
    }
  }

  private boolean isOfDesign(EventKind kind) {
    var design = recorded.generation();
    return design == null || kind.source() == EventKind.Source.TRACEPOINT || kind.probes().stream().anyMatch(probe -> probe.designs().contains(design));
  }

  private static void addTo(List<String> reasons, String why, Set<String> events) {
    if (!events.isEmpty()) {
      reasons.add(why + String.join(", ", events));
    }
  }
}
