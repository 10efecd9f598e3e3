package io.vmatrace.cli;

import io.vmatrace.checker.report.Page;
import io.vmatrace.parser.event.KnownEvent;
import io.vmatrace.parser.event.specs.EventNames;
import java.util.List;

/** {@code vmatrace events --aliases}: which names of events are understood, and under which keys their fields. */
final class Aliases {
  private Aliases() {}

  static String text() {
    Page page = new Page(Terminal.style());
    for (KnownEvent event : EventNames.known()) {
      page.line(event.name() + (event.isUsed() ? "" : "  (read, and of no use to a rule)"));
      page.wrapped("  names       ", " ".repeat(14), String.join(", ", event.spellings()));
      event.fields().forEach((field, keys) -> page.wrapped("  %-12s".formatted(field), " ".repeat(14), keys(event, field, keys)));
    }
    return page.text();
  }

  private static String keys(KnownEvent event, String field, List<String> keys) {
    String names = keys.isEmpty() ? "(stands without a key)" : String.join(", ", keys);
    return event.mandatory().contains(field) ? names + "; needed" : names;
  }
}
