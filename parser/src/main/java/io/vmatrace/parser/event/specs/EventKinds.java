package io.vmatrace.parser.event.specs;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All rows, in the order of their families; the kind of events that nobody knows comes last. */
public final class EventKinds {
  private static final List<EventKind> ALL = ofAllFamilies();
  private static final Map<Op, List<EventKind>> SHOWING = showing();
  private static final Map<Op, List<EventKind>> RECORDED_FOR = recordedFor();

  private EventKinds() {}

  /** Every kind, once. */
  public static List<EventKind> all() {
    return ALL;
  }

  /** How many there are: ordinals are 0 to this, exclusive. */
  public static int count() {
    return ALL.size();
  }

  /** The tracepoints and functions that show an op, alone or with others; empty for what only system calls and logs show. */
  public static List<EventKind> showing(Op op) {
    return SHOWING.getOrDefault(op, List.of());
  }

  /** The events to record for an op: as {@link #showing}, but for those that nobody records without another of them. */
  public static List<EventKind> recordedFor(Op op) {
    return RECORDED_FOR.getOrDefault(op, List.of());
  }

  /** The names of the events to record for some ops, sorted. */
  public static List<String> recordedFor(Set<Op> ops) {
    return ops.stream().flatMap(op -> recordedFor(op).stream()).map(EventKind::eventName).distinct().sorted().toList();
  }

  /** What events show of which only the names are known, as {@link EventKind#eventName} has them; other names show nothing. */
  public static Set<Op> shownBy(Set<String> events) {
    return ALL.stream().filter(kind -> events.contains(kind.eventName())).flatMap(kind -> kind.shows().stream()).collect(Collectors.toUnmodifiableSet());
  }

  private static List<EventKind> ofAllFamilies() {
    List<EventKind> all = new ArrayList<>(MarkerEvents.FAMILY.all());
    all.remove(EventKind.UNKNOWN);
    all.add(EventKind.UNKNOWN);
    return List.copyOf(all);
  }

  private static Map<Op, List<EventKind>> showing() {
    Map<Op, List<EventKind>> showing = new EnumMap<>(Op.class);
    for (EventKind kind : ALL) {
      boolean recordable =
          switch (kind.source()) {
            case TRACEPOINT -> kind.text() != ValueText.RAW_SYSCALL; // system calls are recorded by their names
            case PROBE_ENTRY, PROBE_RETURN, EVENT_PROBE -> true;
            case SYSCALL_ENTER, SYSCALL_EXIT, MARKER -> false;
          };
      if (recordable) {
        kind.shows().forEach(op -> showing.computeIfAbsent(op, _ -> new ArrayList<>()).add(kind));
      }
    }
    return showing;
  }

  private static Map<Op, List<EventKind>> recordedFor() {
    Map<Op, List<EventKind>> recorded = new EnumMap<>(SHOWING);
    recorded.replaceAll((_, kinds) -> kinds.stream().filter(kind -> kind.recordedWith().isEmpty()).toList());
    return recorded;
  }
}
