package io.vmatrace.checker.info;

import io.vmatrace.checker.info.InfoReport.Loss;
import io.vmatrace.checker.info.InfoReport.Place;
import io.vmatrace.checker.info.InfoReport.RuleEvidence;
import io.vmatrace.checker.recipe.Advice;
import io.vmatrace.checker.report.JsonParts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports as JSON, schema vmatrace/info/1: src/main/resources/schema/info-1.schema.json. */
public final class InfoJson {
  public static final String SCHEMA = "vmatrace/info/1";

  private InfoJson() {}

  /** The object of one capture. */
  public static ObjectNode capture(InfoReport report) {
    ObjectNode node = JsonParts.object();
    node.put("path", report.path());
    node.put("format", report.format());
    node.put("ground", report.ground());
    node.put("compression", report.compression());
    node.set("kernel", JsonParts.kernel(report.kernel()));
    node.putObject("clock").put("name", report.clock()).put("unit", report.inSeconds() ? "seconds" : "ticks");
    ArrayNode seen = node.putObject("cpus").put("machine", report.machineCpus() > 0 ? report.machineCpus() : null).putArray("seen");
    report.cpus().forEach(seen::add);
    InfoReport.Span span = report.span();
    if (span == null) {
      node.putNull("time");
    } else {
      node.putObject("time").put("first", span.first()).put("last", span.last()).put("length", span.length());
    }
    node.put("evidence", report.evidence().name());
    node.put("pointers", report.pointers());
    counts(node, report);
    losses(node, report);
    ObjectNode details = node.putObject("details");
    report.details().forEach(details::put);
    ArrayNode rules = node.putArray("rules");
    report.rules().forEach(rule -> rules.add(rule(rule)));
    node.set("advice", advice(report.advice()));
    node.put("unreadable", report.unreadable());
    node.put("cutShort", report.cutShort());
    return node;
  }

  private static void counts(ObjectNode node, InfoReport report) {
    node.set("input", JsonParts.input(report.input()));
    node.set("bytes", JsonParts.bytes(report.accounting()));
    ArrayNode events = node.putArray("events");
    report.events().forEach(event -> events.addObject().put("name", event.name()).put("use", JsonParts.word(event.use())).put("count", event.count()));
  }

  private static void losses(ObjectNode node, InfoReport report) {
    node.put("overwritten", report.overwritten());
    ArrayNode losses = node.putArray("losses");
    report.losses().forEach(loss -> losses.add(loss(loss)));
    node.set("problems", JsonParts.problems(report.problems()));
  }

  private static ObjectNode loss(Loss loss) {
    ObjectNode node = JsonParts.object();
    node.put("what", loss.what());
    node.put("cpu", loss.cpu());
    node.put("count", loss.count() > 0 ? loss.count() : null);
    node.set("after", place(loss.after()));
    node.set("before", place(loss.before()));
    return node;
  }

  private static @Nullable ObjectNode place(@Nullable Place place) {
    return place == null ? null : JsonParts.object().put("at", place.at()).put("time", place.time());
  }

  private static ObjectNode rule(RuleEvidence rule) {
    return JsonParts.object().put("id", rule.id()).put("evidenced", rule.evidenced()).put("why", rule.why());
  }

  private static ObjectNode advice(Advice advice) {
    ObjectNode node = JsonParts.object();
    steps(node.putArray("add"), advice.add());
    steps(node.putArray("perhaps"), advice.perhaps());
    advice.neverHappened().forEach(node.putArray("neverHappened")::add);
    advice.impossible().forEach(node.putArray("impossible")::add);
    node.put("assumedKernels", advice.assumedKernels().isEmpty() ? null : advice.assumedKernels());
    return node;
  }

  private static void steps(ArrayNode to, List<Advice.Step> steps) {
    for (Advice.Step step : steps) {
      ObjectNode node = to.addObject();
      node.put("why", step.why());
      step.rules().forEach(node.putArray("rules")::add);
      step.definitions().forEach(node.putArray("probes")::add);
      step.lines().forEach(node.putArray("lines")::add);
    }
  }
}
