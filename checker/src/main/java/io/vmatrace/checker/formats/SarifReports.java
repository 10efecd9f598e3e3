package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reports as SARIF 2.1.0, one run for all captures: a result for each cause and capture, with what GitHub's code scanning wants. The
 * results are written as they come; the rules that they name and what is said of captures without a verdict come after them.
 */
final class SarifReports implements ReportWriter {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  /** GitHub refuses a run with more. */
  private static final int MOST_RESULTS = 25_000;

  /** Captures without a verdict that are named; more are counted. */
  private static final int MOST_NOTIFICATIONS = 1_000;

  private final ReportOutput output;
  private final JsonGenerator json;
  private final Map<String, SarifRule> rules = new LinkedHashMap<>();
  private final List<ObjectNode> notifications = new ArrayList<>();
  private long results;
  private long unsaid;

  SarifReports(ReportOutput output) {
    this.output = output;
    json = JsonParts.generator(output.out());
  }

  @Override
  public void begin(boolean several) {
    json.writeStartObject();
    json.writeStringProperty("$schema", SCHEMA);
    json.writeStringProperty("version", "2.1.0");
    json.writeName("runs");
    json.writeStartArray();
    json.writeStartObject();
    json.writeName("automationDetails");
    json.writeTree(JsonParts.object().put("id", "vmatrace/%s/".formatted(output.name().category())));
    json.writeStringProperty("columnKind", "utf16CodeUnits");
    json.writeName("results");
    json.writeStartArray();
  }

  @Override
  public void capture(Report report) {
    if (report.unreadable() != null) {
      tell(Verdict.UNREADABLE, report.path(), report.unreadable());
    } else if (report.verdict() == Verdict.INCONCLUSIVE) {
      tell(Verdict.INCONCLUSIVE, report.path(), String.join("; ", report.reasons()));
    }
    for (FindingGroup group : report.groups()) {
      if (++results <= MOST_RESULTS) {
        SarifRule rule = rules.computeIfAbsent(group.rule(), id -> SarifRule.of(id, rules.size()));
        json.writeTree(SarifResult.of(report, group, rule));
      }
    }
    json.flush();
  }

  @Override
  public void unread(Unread input) {
    tell(input.verdict(), input.path(), input.error());
  }

  private void tell(Verdict verdict, String path, String why) {
    if (notifications.size() == MOST_NOTIFICATIONS) {
      unsaid++;
      return;
    }
    ObjectNode node = notification(verdict, "%s: %s".formatted(Visible.of(path), Visible.of(why)));
    node.putArray("locations").addObject().putObject("physicalLocation").set("artifactLocation", SarifResult.artifact(path));
    notifications.add(node);
  }

  private static ObjectNode notification(Verdict verdict, String message) {
    ObjectNode node = JsonParts.object();
    node.putObject("descriptor").put("id", JsonParts.word(verdict));
    node.put("level", verdict == Verdict.UNREADABLE ? "error" : "warning");
    node.putObject("message").put("text", message);
    return node;
  }

  @Override
  public void end(Summary summary) {
    json.writeEndArray();
    json.writeName("invocations");
    json.writeStartArray();
    json.writeTree(invocation(summary));
    json.writeEndArray();
    json.writeName("tool");
    json.writeTree(tool());
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }

  private ObjectNode invocation(Summary summary) {
    if (unsaid > 0) {
      notifications.add(notification(Verdict.INCONCLUSIVE, "%d more captures have no verdict".formatted(unsaid)));
    }
    if (results > MOST_RESULTS) {
      notifications.add(notification(Verdict.INCONCLUSIVE, "%d more results are left out".formatted(results - MOST_RESULTS)));
    }
    ObjectNode node = JsonParts.object().put("executionSuccessful", summary.worst() != Verdict.UNREADABLE);
    node.putArray("toolExecutionNotifications").addAll(notifications);
    return node;
  }

  private ObjectNode tool() {
    ObjectNode tool = JsonParts.object();
    ObjectNode driver = tool.putObject("driver").put("name", "vmatrace").put("version", output.version());
    ArrayNode named = driver.putArray("rules");
    rules.values().forEach(rule -> named.add(rule.node()));
    return tool;
  }
}
