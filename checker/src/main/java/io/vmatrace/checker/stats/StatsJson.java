package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.stats.StatsReport.Mm;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** CaptureFigures as JSON, schema vmatrace/stats/1: src/main/resources/schema/stats-1.schema.json. What was not recorded is null. */
public final class StatsJson {
  public static final String SCHEMA = "vmatrace/stats/1";

  private StatsJson() {}

  /** The object of one capture. */
  public static ObjectNode capture(StatsReport report) {
    ObjectNode node = JsonParts.object().put("path", report.path()).put("unit", report.inNanoseconds() ? "nanoseconds" : "ticks").put("span", report.span());
    node.set("faults", report.faultsRecorded() ? faults(report) : null);
    node.set("times", times(report, report.figures()));
    node.set("holds", holds(report.figures()));
    node.set("writeLocks", report.refcntRecorded()
        ? JsonParts.object().put("sampled", report.figures().writeLocksSampled()).put("metReader", report.figures().writeLocksThatMetReaders())
        : null);
    node.set("tree", tree(report, report.figures()));
    ArrayNode longest = node.putArray("longest");
    for (StatsReport.Stretch of : report.longest()) {
      ObjectNode one = longest.addObject().put("what", JsonParts.word(of.what())).put("length", of.length()).put("ended", of.ended());
      one.put("comm", of.comm()).put("pid", of.pid()).put("mm", of.mm()).put("in", JsonParts.word(of.caller()));
      one.put("holder", of.holder() == 0 ? null : of.holder()).put("holderIn", of.holder() == 0 ? null : JsonParts.word(of.holding()));
    }
    ArrayNode mms = node.putArray("mms");
    report.mms().forEach(mm -> mms.add(mm(report, mm)));
    node.putObject("otherMms").put("exited", report.rest().exited()).set("times", times(report, report.rest().figures()));
    node.put("unreadable", report.unreadable());
    node.set("input", JsonParts.input(report.input()));
    report.incomplete().forEach(node.putArray("incomplete")::add);
    return node;
  }

  private static ObjectNode faults(StatsReport report) {
    ObjectNode node = JsonParts.object();
    for (FaultPath path : FaultPath.values()) {
      node.put(name(path), report.faults(path));
    }
    node.put("hitRate", Double.isNaN(report.hitRate()) ? null : report.hitRate());
    ArrayNode reasons = node.putArray("reasons");
    report.reasons().forEach(reason ->
        reasons.addObject().put("path", name(reason.getKey().path())).put("reason", reason.getKey().text()).put("count", reason.getValue()));
    return node;
  }

  private static String name(FaultPath path) {
    return switch (path) {
      case VMA_LOCK -> "vmaLock";
      case MMAP_LOCK -> "mmapLock";
      case UNRESOLVED -> "unresolved";
    };
  }

  private static ObjectNode times(StatsReport report, CaptureFigures figures) {
    ObjectNode node = JsonParts.object();
    for (Timed what : Timed.values()) {
      node.set(JsonParts.word(what), report.recorded().contains(what) ? distribution(figures.times(what)) : null);
    }
    return node;
  }

  private static @Nullable ObjectNode distribution(Distribution of) {
    return JsonParts.object().put("count", of.count()).put("sum", of.sum()).put("least", of.least())
        .put("p50", of.percentile(50)).put("p90", of.percentile(90)).put("p99", of.percentile(99)).put("longest", of.longest());
  }

  private static ObjectNode holds(CaptureFigures figures) {
    ObjectNode node = JsonParts.object();
    for (boolean write : new boolean[] {true, false}) {
      ObjectNode of = node.putObject(write ? "write" : "read");
      for (Map.Entry<Caller, Distribution> hold : figures.holds(write).entrySet()) {
        of.set(JsonParts.word(hold.getKey()), distribution(hold.getValue()));
      }
    }
    if (!figures.otherCalls(true).isEmpty() || !figures.otherCalls(false).isEmpty()) {
      ObjectNode calls = node.putObject("otherCalls");
      for (boolean write : new boolean[] {true, false}) {
        ObjectNode of = calls.putObject(write ? "write" : "read");
        figures.otherCalls(write).forEach((call, length) -> of.set(call, distribution(length)));
      }
    }
    return node;
  }

  private static @Nullable ObjectNode tree(StatsReport report, CaptureFigures figures) {
    return report.storesRecorded() ? JsonParts.object().put("stores", figures.stores()).put("clears", figures.clears()) : null;
  }

  private static ObjectNode mm(StatsReport report, Mm mm) {
    ObjectNode node = JsonParts.object().put("address", mm.address());
    mm.pids().forEach(node.putArray("tasks")::add);
    ObjectNode faults = report.faultsRecorded() ? JsonParts.object() : null;
    if (faults != null) {
      mm.faults().forEach((path, count) -> faults.put(name(path), count));
    }
    node.set("faults", faults);
    node.set("times", times(report, mm.figures()));
    node.set("holds", holds(mm.figures()));
    node.set("tree", tree(report, mm.figures()));
    ArrayNode points = node.putArray("vmas");
    long[] times = mm.vmas().times();
    int[] counts = mm.vmas().counts();
    for (int i = 0; i < times.length; i++) {
      points.addObject().put("time", times[i]).put("count", counts[i]);
    }
    return node;
  }
}
