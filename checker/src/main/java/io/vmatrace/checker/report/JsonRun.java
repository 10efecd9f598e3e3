package io.vmatrace.checker.report;

import java.io.Writer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of a run, written as it goes: an object, indented, whose last property is the array of its captures. */
public final class JsonRun implements AutoCloseable {
  private final JsonGenerator out;

  /**
   * Begins the object.
   *
   * @param to stays open
   * @param head the properties before the captures
   */
  public JsonRun(Writer to, ObjectNode head) {
    out = JsonParts.generator(to);
    out.writeStartObject();
    head.properties().forEach(
        property -> {
          out.writeName(property.getKey());
          out.writeTree(property.getValue());
        });
    out.writeName("captures");
    out.writeStartArray();
  }

  /** The next capture. */
  public void capture(ObjectNode capture) {
    out.writeTree(capture);
    out.flush();
  }

  /** Ends the object, and its line. */
  @Override
  public void close() {
    out.writeEndArray();
    out.writeEndObject();
    out.writeRaw('\n');
    out.close();
  }
}
