package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Spool;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Reports as KTAP (Documentation/dev-tools/ktap.rst, 6.1 to 7.2): a test for each capture, and in it a test for each rule. Only SKIP is
 * understood by all of its readers as neither good nor bad: kunit.py counts ERROR as a failure. The plan, known only at the end, stands
 * first: so a text that is cut off is seen to be.
 */
final class KtapReports implements ReportWriter {
  private static final String VERSION = "KTAP version 1\n";
  private static final String INDENT = "  ";

  private final ReportOutput output;
  private final Spool spool = new Spool();
  private final DistinctNames names = new DistinctNames();
  private int captures;

  KtapReports(ReportOutput output) {
    this.output = output;
  }

  @Override
  public void begin(boolean several) {
    // the plan is known at the end
  }

  @Override
  public void capture(Report report) {
    write(report.path(), report.unreadable() == null ? report.verdict() : Verdict.UNREADABLE, TestCase.of(report));
  }

  @Override
  public void unread(Unread input) {
    write(input.path(), input.verdict(), List.of(TestCase.of(input)));
  }

  private void write(String path, Verdict verdict, List<TestCase> tests) {
    StringBuilder text = new StringBuilder();
    text.append(INDENT).append(VERSION).append(INDENT).append("1..").append(tests.size()).append('\n');
    for (int i = 0; i < tests.size(); i++) {
      tests.get(i).lines().forEach(line -> text.append(INDENT).append("# ").append(Visible.of(line)).append('\n'));
      text.append(INDENT).append(result(tests.get(i), i + 1)).append('\n');
    }
    text.append(result(verdict, ++captures, Visible.withoutNumberSign(names.of(path)), tests.getFirst())).append('\n');
    try {
      spool.writer().write(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String result(TestCase test, int number) {
    String reason = Visible.withoutNumberSign(test.reason());
    return switch (test.outcome()) {
      case PASSED -> "ok %d %s".formatted(number, test.name());
      case FAILED -> "not ok %d %s".formatted(number, test.name());
      case KNOWN -> "ok %d %s # XFAIL %s".formatted(number, test.name(), reason);
      case SKIPPED, INCONCLUSIVE -> "ok %d %s # SKIP %s".formatted(number, test.name(), reason);
      case ERROR -> "not ok %d %s # ERROR %s".formatted(number, test.name(), reason);
    };
  }

  /** The line of the capture: not one of the readers compares it with those of its tests. */
  private static String result(Verdict verdict, int number, String name, TestCase capture) {
    return switch (verdict) {
      case OK -> "ok %d %s".formatted(number, name);
      case INCONCLUSIVE -> "ok %d %s # SKIP %s".formatted(number, name, Visible.withoutNumberSign(capture.reason()));
      case VIOLATION, UNREADABLE -> "not ok %d %s".formatted(number, name);
    };
  }

  @Override
  public void end(Summary summary) {
    output.write("%s1..%d\n".formatted(VERSION, captures));
    spool.copyTo(output, 0);
  }

  @Override
  public void close() {
    spool.close();
  }
}
