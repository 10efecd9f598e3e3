package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.ContenderCost.Latency;
import io.vmatrace.checker.measure.MeasureReport.Part;
import io.vmatrace.checker.report.JsonParts;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Measurements as JSON, schema vmatrace/measure/1: src/main/resources/schema/measure-1.schema.json. */
public final class MeasureJson {
  public static final String SCHEMA = "vmatrace/measure/1";

  private MeasureJson() {}

  /** The object of one capture. */
  public static ObjectNode capture(MeasureReport report) {
    ObjectNode node = JsonParts.object().put("path", report.path());
    node.put("processors", report.processors()).put("jvm", report.jvm());
    Measure.Settings settings = report.settings();
    node.put("operations", settings.operations()).put("forks", settings.forks());
    node.put("warmUps", settings.warmUps()).put("rounds", settings.rounds());
    ArrayNode parts = node.putArray("parts");
    report.parts().forEach(part -> parts.add(part(part)));
    return node;
  }

  private static ObjectNode part(Part part) {
    ObjectNode node = JsonParts.object();
    node.put("kind", JsonParts.word(part.kind())).put("comparedBy", part.kind().isByProcessorTime() ? "processor-time" : "elapsed-time");
    node.put("threads", part.threads()).put("workload", part.workload()).put("operations", part.operations());
    ArrayNode contenders = node.putArray("contenders");
    part.measured().forEach(of -> contenders.add(contender(of)));
    return node;
  }

  private static ObjectNode contender(ContenderCost of) {
    ObjectNode node = JsonParts.object();
    node.put("name", of.contender());
    node.set("operationsPerSecond", interval(of.operationsPerSecond()));
    node.set("cpuNanos", interval(of.cpuNanos()));
    node.set("processors", interval(of.processors()));
    ArrayNode ratios = node.putArray("ratios");
    of.ratios().forEach((to, ratio) -> ratios.add(JsonParts.object().put("to", to).setAll(interval(ratio))));
    ObjectNode latencies = node.putObject("latencies");
    of.latencies().forEach((call, latency) -> latencies.set(call.name().toLowerCase(Locale.ROOT), latency(latency)));
    ContentionCounts counts = of.counts();
    node.putObject("counts")
        .put("retries", counts.retries())
        .put("writerWaits", counts.writerWaits())
        .put("detached", counts.detached())
        .put("secondWaits", counts.secondWaits());
    return node;
  }

  private static ObjectNode latency(Latency of) {
    ObjectNode node = JsonParts.object().put("count", of.count());
    node.set("p50", interval(of.p50()));
    node.set("p99", interval(of.p99()));
    node.set("p999", interval(of.p999()));
    return node;
  }

  /** One sample has no interval. */
  private static ObjectNode interval(Interval of) {
    ObjectNode node = JsonParts.object().put("mean", of.mean());
    boolean bounded = of.samples() > 1;
    node.put("low", bounded ? (Double) of.low() : null).put("high", bounded ? (Double) of.high() : null);
    return node.put("samples", of.samples());
  }
}
