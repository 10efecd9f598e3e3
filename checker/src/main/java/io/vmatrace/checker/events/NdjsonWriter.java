package io.vmatrace.checker.events;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** One JSON object a line, schema vmatrace/events/1: src/main/resources/schema/events-1.schema.json. */
final class NdjsonWriter extends EventWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().rootValueSeparator("\n").disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private boolean empty = true;

  NdjsonWriter(OutputStream out) {
    super(FACTORY.createGenerator(ObjectWriteContext.empty(), out));
  }

  @Override
  void write(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    EventDescription said = describe(events, i);
    empty = false;
    out.writeStartObject();
    String capture = origin().capture();
    if (capture != null) {
      out.writeStringProperty("capture", capture);
    }
    place(events, i);
    out.writeName("time");
    if (hasTime(events, i)) {
      time(events, i);
    } else {
      out.writeNull();
    }
    who(events, i, said);
    out.writeStringProperty("event", name(kind, said));
    out.writeStringProperty("kind", kind.name());
    out.writeName("fields");
    out.writeStartObject();
    fields(events, i, kind);
    if (kind == EventKind.UNKNOWN) {
      ownFields(said.fields());
    }
    out.writeEndObject();
    if (needsText(kind) && (kind != EventKind.UNKNOWN || said.fields().isEmpty())) {
      out.writeStringProperty("text", text(said));
    }
    out.writeEndObject();
  }

  private void place(EventBatch events, int i) {
    out.writeName("at");
    out.writeStartObject();
    if (origin().isText()) {
      out.writeNumberProperty("line", events.at(i));
    } else {
      out.writeNullProperty("line");
    }
    out.writeNumberProperty("offset", events.offset(i));
    out.writeEndObject();
  }

  private void who(EventBatch events, int i, EventDescription said) {
    if (events.cpu(i) >= 0) {
      out.writeNumberProperty("cpu", events.cpu(i));
    } else {
      out.writeNullProperty("cpu");
    }
    if (events.task(i) < 0) {
      out.writeNullProperty("task");
      return;
    }
    out.writeName("task");
    out.writeStartObject();
    out.writeNumberProperty("pid", events.task(i));
    out.writeStringProperty("comm", said.comm());
    out.writeEndObject();
  }

  private void fields(EventBatch events, int i, EventKind kind) {
    List<Field> fields = kind.fields();
    RawCalls values = origin().values();
    for (int f = 0; f < fields.size(); f++) {
      Field field = fields.get(f);
      if (values.has(events, i, field)) {
        out.writeName(field.camelCase());
        value(kind, field, values.value(events, i, field));
      }
    }
  }

  @Override
  public void close() {
    if (!empty) {
      out.writeRaw('\n');
    }
    super.close();
  }
}
