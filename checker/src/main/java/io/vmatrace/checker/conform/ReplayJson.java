package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.ReplayReport.FaultOutcomes;
import io.vmatrace.checker.conform.ReplayReport.QuotedMismatch;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports as JSON, schema vmatrace/replay/1: src/main/resources/schema/replay-1.schema.json. */
public final class ReplayJson {
  public static final String SCHEMA = "vmatrace/replay/1";

  private ReplayJson() {}

  /** The object of one capture. */
  public static ObjectNode capture(ReplayReport report) {
    ObjectNode node = JsonParts.object();
    node.put("path", report.path()).put("format", report.format());
    node.set("kernel", JsonParts.kernel(report.kernel()));
    node.put("evidence", report.evidence()).put("variant", report.variant());
    node.set("input", JsonParts.input(report.input()));
    node.put("verdict", report.verdict().name());
    report.reasons().forEach(node.putArray("reasons")::add);
    node.put("steps", report.steps()).put("compared", report.compared());
    node.putObject("lookUps").put("granted", report.lookUps().granted()).put("refused", report.lookUps().refused());
    node.set("faults", faults(report.faults()));
    ReplayReport.SecondWaits waits = report.secondWaits();
    if (waits == null) {
      node.putNull("secondWaits");
    } else {
      node.putObject("secondWaits").put("count", waits.count()).put("explained", waits.explained());
    }
    node.put("outsiders", report.outsiders()).put("undecided", report.undecided()).put("returnsMissing", report.returnsMissing());
    node.put("conformsUpTo", report.conformsUpTo()).put("refused", report.refused());
    ArrayNode mismatches = node.putArray("refusals");
    report.mismatches().forEach(refused -> mismatches.add(mismatch(refused)));
    node.put("unreadable", report.unreadable());
    return node;
  }

  private static ObjectNode faults(FaultOutcomes faults) {
    ObjectNode node = JsonParts.object();
    node.put("total", faults.total());
    counts(node.putArray("predicted"), faults.predicted());
    counts(node.putArray("allowed"), faults.allowed());
    counts(node.putArray("refused"), faults.refused());
    counts(node.putArray("undecided"), faults.undecided());
    node.put("refusedAt", faults.refusedAt());
    return node;
  }

  private static void counts(ArrayNode into, List<Report.ReasonCount> counts) {
    counts.forEach(count -> into.addObject().put("path", count.path()).put("reason", count.reason()).put("count", count.count()));
  }

  private static ObjectNode mismatch(QuotedMismatch refused) {
    ObjectNode node = JsonParts.object();
    node.put("at", refused.at()).put("time", refused.time()).put("step", refused.step());
    node.put("observed", refused.observed()).put("allowed", refused.allowed()).put("state", refused.state());
    node.put("mm", refused.mm()).put("vma", refused.vma());
    node.putObject("task").put("pid", refused.task()).put("comm", refused.comm());
    node.put("text", refused.text());
    return node;
  }
}
