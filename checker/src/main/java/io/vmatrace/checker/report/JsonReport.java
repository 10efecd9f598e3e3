package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FaultCounts;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports as JSON, schema vmatrace/check/1: src/main/resources/schema/check-1.schema.json. The same reports give the same bytes. */
final class JsonReport {
  static final String SCHEMA = "vmatrace/check/1";

  private JsonReport() {}

  /** The object of one capture. */
  static ObjectNode capture(Report report) {
    ObjectNode node = JsonParts.object();
    node.put("path", report.path());
    node.put("format", report.format());
    node.put("compression", report.compression());
    node.set("kernel", JsonParts.kernel(report.kernel()));
    node.put("clock", report.clock());
    node.put("evidence", report.evidence().name());
    node.set("input", JsonParts.input(report.input()));
    node.put("verdict", report.verdict().name());
    if (report.unreadable() != null) {
      node.put("error", report.unreadable());
    }
    ArrayNode reasons = node.putArray("reasons");
    report.reasons().forEach(reasons::add);
    node.set("faults", faults(report.faults()));
    ArrayNode causes = node.putArray("faultCauses");
    report.faultReasons().forEach(cause -> causes.addObject().put("path", cause.path()).put("reason", cause.reason()).put("count", cause.count()));
    ArrayNode mms = node.putArray("mms");
    report.mms().forEach(mm -> mms.add(mm(mm)));
    ArrayNode rules = node.putArray("rules");
    report.rules().forEach(rule -> rules.add(rule(rule)));
    ArrayNode findings = node.putArray("findings");
    report.findings().forEach(finding -> findings.add(finding(finding)));
    if (!report.groups().isEmpty()) {
      ArrayNode groups = node.putArray("groups");
      report.groups().forEach(group -> groups.add(group(group)));
    }
    if (report.findingsLeftOut() > 0) {
      node.put("findingsLeftOut", report.findingsLeftOut());
    }
    ArrayNode kernelReports = node.putArray("kernelReports");
    report.kernelReports().forEach(said -> kernelReports.add(kernelReport(said)));
    if (!report.problems().isEmpty()) {
      node.set("problems", JsonParts.problems(report.problems()));
    }
    return node;
  }

  private static ObjectNode kernelReport(Report.KernelReport said) {
    ObjectNode node = JsonParts.object();
    node.put("kind", said.kind());
    node.put("title", said.title());
    node.put("function", said.function());
    if (said.pid() < 0) {
      node.putNull("task");
    } else {
      node.putObject("task").put("pid", said.pid()).put("comm", said.comm());
    }
    node.put("cpu", said.cpu() < 0 ? null : Integer.valueOf(said.cpu()));
    node.put("release", said.release());
    node.put("line", said.line());
    node.put("meaning", said.meaning());
    ArrayNode rules = node.putArray("rules");
    said.rules().forEach(rules::add);
    node.put("source", said.source());
    return node;
  }

  private static ObjectNode faults(FaultCounts faults) {
    return JsonParts.object()
        .put("total", faults.total())
        .put("vmaLock", faults.vmaLock())
        .put("mmapLock", faults.mmapLock())
        .put("unresolved", faults.unresolved());
  }

  private static ObjectNode mm(Report.MmSummary mm) {
    ObjectNode node = JsonParts.object();
    node.put("mm", mm.mm());
    ArrayNode tasks = node.putArray("tasks");
    mm.tasks().forEach(tasks::add);
    node.put("vmas", mm.vmas());
    node.set("faults", faults(mm.faults()));
    return node;
  }

  private static ObjectNode rule(Report.RuleResult rule) {
    ObjectNode node =
        JsonParts.object()
            .put("id", rule.id())
            .put("status", JsonParts.word(rule.status()))
            .put("checked", rule.checked())
            .put("violations", rule.violations());
    if (rule.possible() > 0) {
      node.put("possible", rule.possible());
    }
    return node;
  }

  private static ObjectNode group(FindingGroup group) {
    ObjectNode node = JsonParts.object()
        .put("cause", group.cause())
        .put("rule", group.rule())
        .put("severity", group.severity().text())
        .put("certainty", JsonParts.word(group.certainty()))
        .put("known", group.known())
        .put("followsFrom", group.followsFrom())
        .put("count", group.count())
        .put("listed", group.findings().size())
        .put("vmas", group.vmas())
        .put("writeSections", group.sections())
        .put("tasks", group.tasks())
        .put("firstTime", group.first().at().time())
        .put("lastTime", group.findings().getLast().at().time());
    if (group.slice() != null) {
      node.put("slice", group.slice());
    }
    return node;
  }

  /** The object of one finding. */
  static ObjectNode finding(FindingReport finding) {
    Quote at = finding.at();
    ObjectNode node = JsonParts.object();
    node.put("id", finding.id());
    node.put("cause", finding.cause());
    node.put("rule", finding.rule());
    node.put("severity", finding.severity().text());
    node.put("certainty", JsonParts.word(finding.certainty()));
    node.put("message", finding.message());
    if (finding.doubt() != null) {
      node.put("whyPossible", finding.doubt());
    }
    node.put("mm", finding.mm());
    node.put("vma", finding.vma());
    node.put("range", finding.range());
    node.set("task", task(at));
    node.put("cpu", at.cpu());
    node.put("time", at.time());
    node.set("at", place(at));
    if (finding.isProvedLater()) {
      node.set("brokenAt", place(finding.brokenAt()));
    }
    ArrayNode evidence = node.putArray("evidence");
    finding.evidence().forEach(quote -> evidence.add(quote(quote)));
    if (finding.story() != null) {
      node.set("story", StoryJson.story(finding.story(), finding));
    }
    return node;
  }

  private static ObjectNode quote(Quote quote) {
    ObjectNode node = JsonParts.object();
    node.set("at", place(quote));
    node.put("time", quote.time());
    node.put("cpu", quote.cpu());
    node.set("task", task(quote));
    node.put("event", quote.event());
    node.put("text", quote.text());
    return node;
  }

  private static ObjectNode task(Quote quote) {
    return JsonParts.object().put("pid", quote.pid()).put("comm", quote.comm());
  }

  private static ObjectNode place(Quote quote) {
    return JsonParts.place(quote.line(), quote.offset());
  }
}
