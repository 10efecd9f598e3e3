package io.vmatrace.checker.whatif;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.whatif.JitteredRuns.Range;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Simulated operations as JSON, schema vmatrace/whatif/1: src/main/resources/schema/whatif-1.schema.json. Times are nanoseconds. */
public final class WhatIfJson {
  public static final String SCHEMA = "vmatrace/whatif/1";

  /** By their places in the object of a variant. */
  private static final Map<String, ToLongFunction<Figures>> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put("faults", Figures::faults);
    FIGURES.put("fast", Figures::fast);
    FIGURES.put("notMapped", Figures::notMapped);
    FIGURES.put("retries", Figures::retries);
    FIGURES.put("gaps", Figures::gaps);
    FIGURES.put("detaches", Figures::detaches);
    FIGURES.put("secondWaits.count", figures -> figures.secondWaits().count());
    FIGURES.put("secondWaits.median", figures -> figures.secondWaits().median());
    FIGURES.put("secondWaits.longest", figures -> figures.secondWaits().longest());
    FIGURES.put("writerWaits.count", figures -> figures.readers().count());
    FIGURES.put("writerWaits.total", figures -> figures.readers().total());
    FIGURES.put("mmapReadWaits.count", figures -> figures.mmapRead().count());
    FIGURES.put("mmapReadWaits.total", figures -> figures.mmapRead().total());
    FIGURES.put("mmapWriteWaits.count", figures -> figures.mmapWrite().count());
    FIGURES.put("mmapWriteWaits.total", figures -> figures.mmapWrite().total());
  }

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
    node.put("runs", report.runs());
    node.set("calibration", variant(report.calibration(), report.calibration()));
    ArrayNode variants = node.putArray("variants");
    report.variants().forEach(runs -> variants.add(variant(runs, report.calibration())));
    return node;
  }

  /** Numbers are medians. */
  private static ObjectNode variant(JitteredRuns runs, JitteredRuns own) {
    ObjectNode node = JsonParts.object();
    node.put("variant", runs.variant()).put("wrong", runs.wrong()).put("broken", runs.broken());
    ArrayNode fallbacks = node.putArray("fallbacks");
    for (Fallback reason : Fallback.values()) {
      long count = runs.range(figures -> figures.fallbacks().getOrDefault(reason, 0L)).median();
      if (count > 0) {
        fallbacks.addObject().put("reason", reason.text()).put("count", count);
      }
    }
    ObjectNode ranges = JsonParts.object();
    ArrayNode noDifference = JsonParts.object().putArray("noDifference");
    FIGURES.forEach((place, figure) -> {
      Range range = runs.range(figure);
      int dot = place.indexOf('.');
      ObjectNode of = dot < 0 ? node : node.withObjectProperty(place.substring(0, dot));
      of.put(place.substring(dot + 1), range.median());
      ranges.putArray(place).add(range.least()).add(range.most());
      if (range.overlaps(own.range(figure))) {
        noDifference.add(place);
      }
    });
    node.set("ranges", ranges);
    node.set("noDifference", noDifference);
    return node;
  }
}
