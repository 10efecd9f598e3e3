package io.vmatrace.cli;

import io.vmatrace.checker.events.FieldForm;
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
    StringBuilder text = new StringBuilder();
    for (EventKind kind : EventKind.values()) {
      if (kind != EventKind.UNKNOWN) {
        text.append(kind.name()).append("  ").append(source(kind)).append('\n');
        text.append("  names   ").append(String.join(", ", EventNames.spellings(kind))).append('\n');
        for (Field field : kind.fields()) {
          text.append("  %-12s%s%n".formatted(FieldForm.name(field), keys(kind, field)));
        }
      }
    }
    return text.toString();
  }

  private static String source(EventKind kind) {
    return kind.source().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String keys(EventKind kind, Field field) {
    List<String> keys = Keys.spellings(kind, field);
    return keys.isEmpty() ? "(stands without a key)" : String.join(", ", keys);
  }
}
