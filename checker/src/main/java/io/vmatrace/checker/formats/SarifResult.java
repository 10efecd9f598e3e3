package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The findings of one cause as a result of SARIF: where the first one was, and what each task did until then. */
final class SarifResult {
  /** What GitHub shows of the locations in thread flows. */
  private static final int MOST_LOCATIONS = 1_000;

  private SarifResult() {}

  static ObjectNode of(Report report, FindingGroup group, SarifRule rule) {
    String path = report.path();
    FindingReport first = group.first();
    ObjectNode node = JsonParts.object().put("ruleId", group.rule()).put("ruleIndex", rule.index());
    node.put("level", level(report, group));
    node.putObject("message").put("text", Visible.of(GroupLines.head(group)) + ".");
    node.putArray("locations").addObject().set("physicalLocation", place(path, first.brokenAt()));
    node.putObject("partialFingerprints").put("primaryLocationLineHash", group.cause()).put("vmatraceFinding/v1", group.cause());
    node.put("occurrenceCount", group.count());
    ArrayNode suppressions = node.putArray("suppressions");
    if (group.known()) {
      suppressions.addObject().put("kind", "external").put("justification", "The baseline has this cause.");
    }
    node.putArray("codeFlows").addObject().putArray("threadFlows").addAll(threadFlows(path, first.evidence()));
    return node;
  }

  private static String level(Report report, FindingGroup group) {
    if (GroupLines.fails(report, group)) {
      return "error";
    }
    return GroupLines.isDefinite(group) ? "warning" : "note";
  }

  /** The events that prove it, those of each task beside those of the others. */
  private static List<ObjectNode> threadFlows(String path, List<Quote> evidence) {
    Map<Integer, ObjectNode> flows = new LinkedHashMap<>();
    int order = 0;
    for (Quote quote : evidence.subList(Math.max(0, evidence.size() - MOST_LOCATIONS), evidence.size())) {
      ObjectNode flow = flows.computeIfAbsent(quote.pid(), pid -> flow("%s-%d".formatted(quote.comm(), pid)));
      ObjectNode step = flow.withArray("locations").addObject().put("executionOrder", ++order);
      ObjectNode location = step.putObject("location");
      location.set("physicalLocation", place(path, quote));
      location.putObject("message").put("text", Visible.of("%s: %s".formatted(quote.says(), quote.text().strip())));
    }
    return List.copyOf(flows.values());
  }

  private static ObjectNode flow(String task) {
    ObjectNode flow = JsonParts.object();
    flow.putObject("message").put("text", Visible.of("Task " + task));
    flow.putArray("locations");
    return flow;
  }

  private static ObjectNode place(String path, Quote at) {
    ObjectNode place = JsonParts.object();
    place.set("artifactLocation", artifact(path));
    ObjectNode region = place.putObject("region");
    if (at.line() == null) {
      region.put("byteOffset", at.offset()).put("byteLength", 1); // its first byte: a length of 0 is a place between two bytes, and no event
    } else {
      int width = at.text().lines().findFirst().orElse("").length();
      region.put("startLine", at.line()).put("startColumn", at.indent() + 1).put("endLine", at.line()).put("endColumn", at.indent() + width + 1);
    }
    return place;
  }

  /** A capture's name as a URI: relative where the name is, so that it is the same on every machine. */
  static ObjectNode artifact(String path) {
    try {
      Path file = Path.of(path).normalize();
      String slashes = file.toString();
      String relative = slashes.contains(":") ? "./" + slashes : slashes; // else what is before the colon would be a scheme
      URI uri = file.isAbsolute() ? new URI("file", "", slashes, null) : new URI(null, null, relative, null);
      return JsonParts.object().put("uri", uri.toASCIIString());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
