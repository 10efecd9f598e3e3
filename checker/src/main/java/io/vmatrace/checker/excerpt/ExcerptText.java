package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was taken out of a capture, as text and as JSON. */
public final class ExcerptText {
  private ExcerptText() {}

  /** For a person; ends in an empty line. */
  public static String of(Excerpt excerpt, Style style) {
    Page page = new Page(style);
    page.wrapped("", "  ", "%s of %s: %s".formatted(excerpt.finding().cause(), excerpt.capture(), excerpt.finding().message()));
    for (int task = 0; task < excerpt.tasks().size(); task++) {
      page.line("  task%d is %s".formatted(task, excerpt.tasks().get(task)));
    }
    excerpt.notTaken().forEach(what -> page.wrapped("  - ", "    ", what));
    page.line("");
    excerpt.lines().forEach(page::verbatim);
    page.line("");
    return page.text();
  }

  /** As an object of the schema explore/1. */
  public static ObjectNode json(Excerpt excerpt) {
    ObjectNode node = JsonParts.object();
    node.put("capture", excerpt.capture()).put("finding", excerpt.finding().id()).put("cause", excerpt.finding().cause());
    put(node.putArray("tasks"), excerpt.tasks());
    put(node.putArray("scenario"), excerpt.lines());
    put(node.putArray("notTaken"), excerpt.notTaken());
    return node;
  }

  private static void put(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
