package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.report.JsonParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;
import tools.jackson.dataformat.csv.CsvWriteFeature;

/** CaptureFigures as CSV (RFC 4180): a row for each figure of a capture, and of each of its mms. */
public final class StatsCsv {
  private static final List<String> NAMES = List.of("capture", "mm", "figure", "unit", "count", "sum", "least", "p50", "p90", "p99", "longest");
  private static final CsvSchema COLUMNS = columns();

  private final List<List<String>> rows = new ArrayList<>();
  private final String capture;
  private final String unit;

  private StatsCsv(StatsReport report) {
    capture = report.path();
    unit = report.inNanoseconds() ? "ns" : "ticks";
  }

  /** The first row: what the columns are. */
  public static String header() {
    return text(List.of(NAMES));
  }

  /** The rows of one capture. What was not recorded has none. */
  public static String rows(StatsReport report) {
    StatsCsv csv = new StatsCsv(report);
    csv.count("", "events", report.input().events());
    csv.count("", "lost-events", report.input().lost());
    csv.count("", "damaged-places", report.input().damaged());
    csv.count("", "incomplete", report.incomplete().isEmpty() ? 0 : 1);
    if (report.faultsRecorded()) {
      for (FaultPath path : FaultPath.values()) {
        csv.count("", "faults-" + JsonParts.word(path), report.faults(path));
      }
      for (var reason : report.reasons()) {
        csv.count("", "faults: " + reason.getKey().text(), reason.getValue());
      }
    }
    csv.figures("", report, report.figures());
    if (report.refcntRecorded()) {
      csv.count("", "write-locks-sampled", report.figures().writeLocksSampled());
      csv.count("", "write-locks-that-began-with-a-reader", report.figures().writeLocksThatMetReaders());
    }
    for (StatsReport.Mm mm : report.mms()) {
      if (report.faultsRecorded()) {
        mm.faults().forEach((path, count) -> csv.count(mm.address(), "faults-" + JsonParts.word(path), count));
      }
      csv.figures(mm.address(), report, mm.figures());
    }
    return text(csv.rows);
  }

  private void figures(String mm, StatsReport report, CaptureFigures figures) {
    for (Timed what : report.recorded()) {
      row(mm, JsonParts.word(what), figures.times(what));
    }
    for (boolean write : new boolean[] {true, false}) {
      for (Map.Entry<Caller, Distribution> hold : figures.holds(write).entrySet()) {
        row(mm, "%s-hold: %s".formatted(write ? "write" : "read", hold.getKey().text()), hold.getValue());
      }
      for (Map.Entry<String, Distribution> hold : figures.otherCalls(write).entrySet()) {
        row(mm, "%s-hold: other: %s".formatted(write ? "write" : "read", hold.getKey()), hold.getValue());
      }
    }
    if (report.storesRecorded()) {
      count(mm, "stores", figures.stores());
      count(mm, "clears", figures.clears());
    }
  }

  private void count(String mm, String figure, long count) {
    rows.add(List.of(capture, mm, figure, "", Long.toString(count), "", "", "", "", "", ""));
  }

  private void row(String mm, String figure, Distribution of) {
    List<String> row = new ArrayList<>(List.of(capture, mm, figure, unit));
    LongStream.of(of.count(), of.sum(), of.least(), of.percentile(50), of.percentile(90), of.percentile(99), of.longest())
        .mapToObj(Long::toString)
        .forEach(row::add);
    rows.add(row);
  }

  private static CsvSchema columns() {
    CsvSchema.Builder schema = CsvSchema.builder().setLineSeparator("\r\n");
    NAMES.forEach(schema::addColumn);
    return schema.build();
  }

  private static String text(List<List<String>> rows) {
    return new CsvMapper(CsvFactory.builder().enable(CsvWriteFeature.STRICT_CHECK_FOR_QUOTING).build()).writer(COLUMNS).writeValueAsString(rows);
  }
}
