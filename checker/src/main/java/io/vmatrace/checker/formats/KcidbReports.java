package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.RunName;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reports for the database of kernelci.org, schema 5.3: for each capture a test of path {@code vmatrace}, and one of path
 * {@code vmatrace.RULE} for each rule. It has no null values.
 */
final class KcidbReports implements ReportWriter {
  private static final int MAJOR = 5;
  private static final int MINOR = 3;

  /** What the schema allows of a log, in characters. */
  private static final int MOST_OF_A_LOG = 16_384;

  private final RunName run;
  private final JsonGenerator json;
  private final DistinctNames names = new DistinctNames();

  KcidbReports(ReportOutput output) {
    run = output.name();
    json = JsonParts.generator(output.out());
  }

  @Override
  public void begin(boolean several) {
    json.writeStartObject();
    json.writeName("version");
    json.writeTree(JsonParts.object().put("major", MAJOR).put("minor", MINOR));
    json.writeName("tests");
    json.writeStartArray();
  }

  @Override
  public void capture(Report report) {
    String name = Visible.of(names.of(report.path()));
    List<TestCase> tests = TestCase.of(report);
    Verdict verdict = report.unreadable() == null ? report.verdict() : Verdict.UNREADABLE;
    json.writeTree(whole(name, verdict, tests.getFirst()));
    tests.stream().skip(1).forEach(test -> json.writeTree(test(name, test)));
    json.flush();
  }

  @Override
  public void unread(Unread input) {
    json.writeTree(whole(Visible.of(names.of(input.path())), input.verdict(), TestCase.of(input)));
    json.flush();
  }

  /** What the capture came to. A recording that lacks something is a failure of what recorded, so its test is missing. */
  private ObjectNode whole(String capture, Verdict verdict, TestCase test) {
    String status =
        switch (verdict) {
          case OK -> "PASS";
          case VIOLATION -> "FAIL";
          case INCONCLUSIVE -> "MISS";
          case UNREADABLE -> "ERROR";
        };
    return node(capture, test, status, "vmatrace");
  }

  private ObjectNode test(String capture, TestCase test) {
    String status =
        switch (test.outcome()) {
          case PASSED -> "PASS";
          case FAILED -> "FAIL";
          case KNOWN -> "DONE";
          case SKIPPED -> "SKIP";
          case INCONCLUSIVE -> "MISS";
          case ERROR -> "ERROR";
        };
    return node(capture, test, status, "vmatrace." + test.name());
  }

  private ObjectNode node(String capture, TestCase test, String status, String path) {
    ObjectNode node =
        JsonParts.object()
            .put("build_id", run.kcidbBuild())
            .put("id", "%s:vmatrace/%s/%s/%s".formatted(run.kcidbOrigin(), run.kcidbBuild(), capture, test.name()))
            .put("origin", run.kcidbOrigin())
            .put("path", path)
            .put("status", status);
    if (!test.reason().isEmpty()) {
      node.put("comment", Visible.of(test.reason()));
    }
    if (!test.lines().isEmpty()) {
      node.put("log_excerpt", log(test.lines()));
    }
    node.putObject("misc").put("capture", capture);
    return node;
  }

  /** As many whole lines as there is room for. */
  private static String log(List<String> lines) {
    StringBuilder log = new StringBuilder();
    for (String line : lines) {
      String visible = Visible.of(line);
      if (log.length() + visible.length() + 1 > MOST_OF_A_LOG) {
        break;
      }
      log.append(visible).append('\n');
    }
    return log.toString();
  }

  @Override
  public void end(Summary summary) {
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
  }
}
