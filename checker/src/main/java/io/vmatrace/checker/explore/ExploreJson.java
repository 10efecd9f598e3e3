package io.vmatrace.checker.explore;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.steps.Broken;
import java.io.Writer;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Explorations as JSON: resources/schema/explore-1.schema.json. */
public final class ExploreJson {
  private static final String SCHEMA = "vmatrace/explore/1";

  private ExploreJson() {}

  /**
   * A run, as one object.
   *
   * @param from what of a capture is explored, or null
   */
  public static void write(List<ExploreReport> reports, @Nullable ObjectNode from, String version, Writer to) {
    ObjectNode root = JsonParts.run(SCHEMA, version);
    if (from != null) {
      root.set("from", from);
    }
    ArrayNode explorations = root.putArray("explorations");
    reports.forEach(report -> explorations.add(of(report)));
    try (JsonGenerator out = JsonParts.generator(to)) {
      out.writeTree(root);
      out.writeRaw('\n');
    }
  }

  private static ObjectNode of(ExploreReport report) {
    Exploration found = report.exploration();
    Broken broken = found.broken();
    ObjectNode node = JsonParts.object();
    node.put("scenario", report.scenario().name()).put("design", report.design().name()).put("verdict", report.verdict());
    node.put("states", found.states()).put("steps", found.depth()).put("complete", found.complete()).put("symmetric", found.symmetric());
    ObjectNode reached = node.putObject("reached");
    new TreeMap<>(found.reached()).forEach(reached::put);
    if (broken != null) {
      node.putObject("broken").put("invariant", broken.id()).put("what", broken.what());
      node.put("moves", Moves.text(found.schedule()));
      ArrayNode schedule = node.putArray("schedule");
      for (Schedule.Row row : report.schedule().rows()) {
        ObjectNode step = schedule.addObject().put("task", row.task()).put("function", row.function()).put("step", row.step());
        ArrayNode changes = step.putArray("changes");
        row.changes().forEach(changes::add);
      }
    }
    return node;
  }
}
