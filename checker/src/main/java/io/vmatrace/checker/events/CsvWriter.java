package io.vmatrace.checker.events;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

/** One row an event (RFC 4180), after a row of names: docs/EVENTS.md has the columns. */
final class CsvWriter extends EventWriter {
  private static final Field[] FIELDS = Field.values();
  private static final List<String> COLUMNS = columns();

  CsvWriter(OutputStream out) {
    super(generator(out));
    this.out.writeStartArray();
    COLUMNS.forEach(this.out::writeString);
    this.out.writeEndArray();
  }

  private static JsonGenerator generator(OutputStream out) {
    CsvFactory factory =
        CsvFactory.builder().enable(CsvWriteFeature.STRICT_CHECK_FOR_QUOTING).disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator("\r\n");
    COLUMNS.forEach(schema::addColumn);
    return new CsvMapper(factory).writer(schema.build()).createGenerator(out);
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("line", "offset", "time", "cpu", "pid", "comm", "event", "kind"));
    for (Field field : FIELDS) {
      columns.add(column(field));
    }
    columns.add("text");
    columns.add("capture");
    return columns;
  }

  /** The loss marker's CPU is not the one on which it stands. */
  private static String column(Field field) {
    return field == Field.CPU ? "lostCpu" : field == Field.PID ? "otherPid" : field.camelCase();
  }

  @Override
  void write(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    EventDescription said = describe(events, i);
    out.writeStartObject();
    if (origin().isText()) {
      out.writeNumberProperty("line", events.at(i));
    }
    out.writeNumberProperty("offset", events.offset(i));
    if (hasTime(events, i)) {
      out.writeName("time");
      time(events, i);
    }
    if (events.cpu(i) >= 0) {
      out.writeNumberProperty("cpu", events.cpu(i));
    }
    if (events.task(i) >= 0) {
      out.writeNumberProperty("pid", events.task(i));
      out.writeStringProperty("comm", said.comm());
    }
    out.writeStringProperty("event", name(kind, said));
    out.writeStringProperty("kind", kind.name());
    RawCalls values = origin().values();
    for (Field field : FIELDS) {
      if (values.has(events, i, field)) {
        out.writeName(column(field));
        value(kind, field, values.value(events, i, field));
      }
    }
    if (needsText(kind)) {
      out.writeStringProperty("text", text(said));
    }
    String capture = origin().capture();
    if (capture != null) {
      out.writeStringProperty("capture", capture);
    }
    out.writeEndObject();
  }
}
