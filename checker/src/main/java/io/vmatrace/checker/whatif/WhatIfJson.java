package io.vmatrace.checker.whatif;

import io.vmatrace.checker.report.JsonParts;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Simulated operations as JSON, schema vmatrace/whatif/1: src/main/resources/schema/whatif-1.schema.json. Times are nanoseconds. */
public final class WhatIfJson {
  public static final String SCHEMA = "vmatrace/whatif/1";

  private WhatIfJson() {}

  /** The object of one capture. */
  public static ObjectNode capture(WhatIfReport report) {
    ObjectNode node = JsonParts.object();
    node.put("path", report.path()).put("own", report.own()).put("tasks", report.tasks()).put("operations", report.operations()).put("leftOut", report.leftOut());
    node.putObject("shown")
        .put("faults", report.shown().faults())
        .put("fast", report.shown().fast())
        .put("kernel", report.shown().kernel())
        .put("secondWaits", report.shown().secondWaits());
    node.put("doubt", report.doubt());
    ArrayNode variants = node.putArray("variants");
    report.variants().forEach(figures -> variants.add(variant(figures)));
    return node;
  }

  private static ObjectNode variant(Figures figures) {
    ObjectNode node = JsonParts.object();
    node.put("variant", figures.variant()).put("faults", figures.faults()).put("fast", figures.fast()).put("notMapped", figures.notMapped());
    ArrayNode fallbacks = node.putArray("fallbacks");
    figures.fallbacks().forEach((reason, count) -> fallbacks.addObject().put("reason", reason.text()).put("count", count));
    node.put("retries", figures.retries()).put("gaps", figures.gaps()).put("detaches", figures.detaches());
    Figures.SecondWaits waits = figures.secondWaits();
    node.putObject("secondWaits").put("count", waits.count()).put("median", waits.median()).put("longest", waits.longest());
    node.set("writerWaits", waits(figures.readers()));
    node.set("mmapReadWaits", waits(figures.mmapRead()));
    node.set("mmapWriteWaits", waits(figures.mmapWrite()));
    node.put("broken", figures.broken());
    return node;
  }

  private static ObjectNode waits(Figures.Waits waits) {
    return JsonParts.object().put("count", waits.count()).put("total", waits.total());
  }
}
