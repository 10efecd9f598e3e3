package io.vmatrace.cli;

import io.vmatrace.checker.events.FieldForm;
import io.vmatrace.checker.report.Page;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Keys;
import java.util.List;
import java.util.Locale;

/** {@code vmatrace events --aliases}: which names of events are understood, and under which keys their fields. */
final class Aliases {
  private Aliases() {}

  static String text() {
    Page page = new Page();
    for (EventKind kind : EventKind.values()) {
      if (kind != EventKind.UNKNOWN) {
        page.line(kind.name() + "  " + source(kind));
        page.wrapped("  names       ", " ".repeat(14), String.join(", ", EventNames.spellings(kind)));
        for (Field field : kind.fields()) {
          page.wrapped("  %-12s".formatted(FieldForm.name(field)), " ".repeat(14), keys(kind, field));
        }
      }
    }
    return page.text();
  }

  private static String source(EventKind kind) {
    return kind.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String keys(EventKind kind, Field field) {
    List<String> keys = Keys.spellings(kind, field);
    return keys.isEmpty() ? "(stands without a key)" : String.join(", ", keys);
  }
}
