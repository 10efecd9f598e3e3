package io.vmatrace.checker.report;

import java.io.StringWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TreeNode;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/** Trees as text, by Jackson's generator alone: its mapper, which can write anything, has six hundred classes more, and a short run has to load them all. */
final class JsonText extends ObjectWriteContext.Base {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final boolean indented;

  private JsonText(boolean indented) {
    this.indented = indented;
  }

  /** Writes indented JSON to something that stays open. */
  static JsonGenerator generator(Writer to) {
    return FACTORY.createGenerator(new JsonText(true), to);
  }

  /** A tree in one line, or indented. */
  static String of(JsonNode tree, boolean indented) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(new JsonText(indented), text)) {
      out.writeTree(tree);
    }
    return text.toString();
  }

  @Override
  public boolean hasPrettyPrinter() {
    return indented;
  }

  @Override
  public @Nullable PrettyPrinter getPrettyPrinter() {
    return indented ? new DefaultPrettyPrinter() : null;
  }

  @Override
  public int getStreamWriteFeatures(int defaults) {
    return defaults & ~StreamWriteFeature.AUTO_CLOSE_TARGET.getMask();
  }

  @Override
  public void writeTree(JsonGenerator out, TreeNode tree) {
    write(out, (JsonNode) tree);
  }

  private static void write(JsonGenerator out, JsonNode node) {
    JsonNodeType type = node.getNodeType();
    if (type == JsonNodeType.OBJECT) {
      out.writeStartObject();
      node.forEachEntry((name, value) -> {
        out.writeName(name);
        write(out, value);
      });
      out.writeEndObject();
    } else if (type == JsonNodeType.ARRAY) {
      out.writeStartArray();
      node.forEach(element -> write(out, element));
      out.writeEndArray();
    } else {
      value(out, node, type);
    }
  }

  private static void value(JsonGenerator out, JsonNode node, JsonNodeType type) {
    switch (type) {
      case STRING -> out.writeString(node.stringValue());
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NUMBER -> number(out, node);
      case NULL -> out.writeNull();
      default -> throw new IllegalArgumentException("no report has a node of type " + type);
    }
  }

  private static void number(JsonGenerator out, JsonNode node) {
    switch (node.numberType()) {
      case INT, LONG -> out.writeNumber(node.longValue());
      case DOUBLE -> out.writeNumber(node.doubleValue());
      default -> throw new IllegalArgumentException("no report has a number of type " + node.numberType());
    }
  }
}
