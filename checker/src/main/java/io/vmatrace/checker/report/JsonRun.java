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
    properties(head);
    out.writeName("captures");
    out.writeStartArray();
  }

  private void properties(ObjectNode of) {
    of.properties().forEach(
        property -> {
          out.writeName(property.getKey());
          out.writeTree(property.getValue());
        });
  }

  /** Begins the next capture, whose last property is an array that is too long to be kept. */
  public void begin(ObjectNode head, String array) {
    out.writeStartObject();
    properties(head);
    out.writeName(array);
    out.writeStartArray();
  }

  /** The next element of that. */
  public void element(ObjectNode element) {
    out.writeTree(element);
  }

  /** Ends the array and its capture. */
  public void end() {
    out.writeEndArray();
    out.writeEndObject();
    out.flush();
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
