package io.vmatrace.checker.report;

import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the JSON of every command has in common, whatever its schema. */
public final class JsonParts {
  private JsonParts() {}

  /** Writes indented JSON as it goes, to something that stays open. */
  public static JsonGenerator generator(Writer to) {
    return JsonText.generator(to);
  }

  /** An empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The outermost object of a run: of which schema, and by which version of the program. */
  public static ObjectNode run(String schema, String version) {
    ObjectNode root = object();
    root.put("schema", schema);
    root.putObject("tool").put("name", "vmatrace").put("version", version);
    return root;
  }

  /** The entry of an input that has no report. */
  public static ObjectNode unread(Unread input) {
    return object().put("path", input.path()).put("verdict", input.verdict().name()).put("error", input.error());
  }

  public static ObjectNode kernel(Report.Kernel kernel) {
    return object().put("release", kernel.release()).put("generation", kernel.generation());
  }

  public static ObjectNode input(Report.Input input) {
    ObjectNode node = object()
        .put("bytes", input.bytes())
        .put("lines", input.lines())
        .put("events", input.events())
        .put("decoded", input.decoded())
        .put("ignored", input.ignored())
        .put("unknown", input.unknown())
        .put("damaged", input.damaged())
        .put("lost", input.lost());
    if (input.uncountedLosses() > 0) {
      node.put("uncountedLosses", input.uncountedLosses());
    }
    return node;
  }

  /** What was wrong with an input, with the first place of each. */
  public static ArrayNode problems(List<Report.InputProblem> problems) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    problems.forEach(p -> array.addObject().put("what", p.what()).put("count", p.count()).put("first", p.firstPlace()).put("example", p.example()).put("help", p.help()));
    return array;
  }

  public static ObjectNode bytes(Report.Accounting bytes) {
    return object()
        .put("header", bytes.header())
        .put("decoded", bytes.decoded())
        .put("ignored", bytes.ignored())
        .put("unknown", bytes.unknown())
        .put("damaged", bytes.damaged());
  }

  /** Where an event is; a binary capture has no lines. */
  static ObjectNode place(@Nullable Long line, long offset) {
    return object().put("line", line).put("offset", offset);
  }

  /** A constant as the JSON has it: not-evidenced, memory-safety, definite. */
  public static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
