package io.vmatrace.checker.events;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes events, one row or object each, to a Jackson generator; the subclasses know the shape. */
abstract sealed class EventWriter implements AutoCloseable permits NdjsonWriter, CsvWriter {
  /** What a double holds without rounding, and so what every reader of JSON does. */
  private static final long MOST_EXACT = 1L << 53;

  private static final int MOST_ERRNO = 4095;

  final JsonGenerator out;
  final Digits digits = new Digits();

  private @Nullable Origin origin;

  EventWriter(JsonGenerator out) {
    this.out = out;
  }

  /** What the events that follow have in common. */
  void begin(Origin of) {
    origin = of;
  }

  /** What the events in hand have in common. */
  Origin origin() {
    return Objects.requireNonNull(origin, "begun");
  }

  /** Writes an event. */
  abstract void write(EventBatch events, int i);

  /** Hands over what has been written so far. */
  void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.close();
  }

  /** The event's own words: all of them only where the columns do not say what it is. */
  EventDescription describe(EventBatch events, int i) {
    EventDescriber describer = origin().describer();
    return needsText(events.kind(i)) ? describer.describe(events, i) : describer.brief(events, i);
  }

  static boolean needsText(EventKind kind) {
    return kind == EventKind.UNKNOWN || kind == MarkerEvents.DAMAGED || kind == MarkerEvents.STACK_TRACE || kind == SyscallEvents.RAW_SYS_ENTER;
  }

  /** Its own words, or its own fields. */
  static String text(EventDescription said) {
    return said.fields().isEmpty()
        ? said.text()
        : said.fields().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
  }

  static String name(EventKind kind, EventDescription said) {
    return MarkerEvents.isMarker(kind) || said.name().isEmpty() ? kind.eventName() : said.name();
  }

  void time(EventBatch events, int i) {
    if (origin().unit() == ClockUnit.TICKS) {
      digits.decimal(out, events.time(i));
    } else {
      digits.seconds(out, events.time(i));
    }
  }

  /** Whether an event has a time: what a text says of a loss has none. */
  static boolean hasTime(EventBatch events, int i) {
    return !EventFilter.isLoss(events.kind(i)) || events.time(i) != 0;
  }

  void value(EventKind kind, Field field, long value) {
    switch (kind.form(field)) {
      case ADDRESS -> address(field, value);
      case FLAGS -> digits.hex(out, value);
      case NUMBER -> number(value);
      case BOOLEAN -> out.writeBoolean(value != 0);
      case LETTER -> out.writeString(String.valueOf((char) value));
    }
  }

  private void address(Field field, long value) {
    if (field == Field.RET && value < 0 && value >= -MOST_ERRNO) {
      digits.decimal(out, value);
    } else {
      digits.hex(out, value);
    }
  }

  private void number(long value) {
    if (value > MOST_EXACT || value < -MOST_EXACT) {
      digits.decimal(out, value);
    } else {
      out.writeNumber(value);
    }
  }

  /** The fields of a binary event that the columns do not have, as the format in the file names them. */
  void ownFields(Map<String, Object> fields) {
    fields.forEach(
        (name, value) -> {
          out.writeName(name);
          if (value instanceof Long number) {
            number(number);
          } else {
            out.writeString(value.toString());
          }
        });
  }
}
