package io.vmatrace.checker.evidence;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The event filters of a recording, as its command line has them: {@code perf record -e mmap_lock:* --filter 'write == 1'}. */
final class Filters {
  private Filters() {}

  /**
   * The ops that show by events that a filter left out in part: that such an op is absent proves nothing.
   *
   * @param command the arguments with blanks between them, or null
   */
  static Set<Op> filtered(@Nullable String command) {
    Set<Op> ops = EnumSet.noneOf(Op.class);
    String events = "";
    List<String> words = command == null ? List.of() : List.of(command.split(" ", -1));
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if ((word.equals("-e") || word.equals("--event")) && i + 1 < words.size()) {
        events = words.get(i + 1);
      } else if (word.startsWith("--event=")) {
        events = word.substring("--event=".length());
      } else if (word.startsWith("-e")) {
        events = word.substring(2);
      } else if (word.equals("--filter") || word.startsWith("--filter=")) {
        add(events, ops); // it is one of the last -e (tools/perf/util/parse-events.c parse_filter(), 6.18)
      }
    }
    return ops;
  }

  private static void add(String events, Set<Op> to) {
    for (String event : events.split(",", -1)) {
      String name = event.substring(event.indexOf(':') + 1);
      for (EventKind kind : EventKinds.all()) {
        if (matches(name, kind, event)) {
          to.addAll(kind.shows());
        }
      }
    }
  }

  private static boolean matches(String name, EventKind kind, String event) {
    int star = name.indexOf('*');
    String group = event.contains(":") ? event.substring(0, event.indexOf(':')) : "";
    if (star < 0) {
      return kind.eventName().equals(name);
    }
    return kind.eventName().startsWith(name.substring(0, star)) && (star > 0 || kind.eventName().startsWith(prefix(group)));
  }

  /** How the events of a group begin, where they have that in common; else nothing, and all may be filtered. */
  private static String prefix(String group) {
    return switch (group) {
      case "mmap_lock" -> "mmap_lock_";
      case "exceptions" -> "page_fault_";
      case "maple_tree" -> "ma_";
      case "sched" -> "sched_";
      default -> "";
    };
  }
}
