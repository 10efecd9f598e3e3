package io.vmatrace.checker.formats;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportSamples;
import io.vmatrace.checker.report.Unread;
import java.util.List;

/** A run that every format must be able to tell: all verdicts, names of any bytes, a capture given twice, many findings, and none. */
final class OddRuns {
  static final int FINDINGS = 25_000;

  static final List<Report> REPORTS =
      List.of(
          ReportSamples.clean(),
          ReportSamples.odd(),
          ReportSamples.broken(FINDINGS),
          ReportSamples.broken(1),
          ReportSamples.manyCauses(30),
          ReportSamples.binary(),
          ReportSamples.known(),
          ReportSamples.inconclusive(),
          ReportSamples.unchecked(),
          ReportSamples.cutShort());

  static final List<Unread> UNREAD = List.of(Unread.unreadable("gone#.txt", "no such file"), Unread.unreadable("all.zip!a\u0007/b.txt", "is # encrypted"));

  private OddRuns() {}

  /** What a format makes of it. */
  static String written(CheckFormat format) {
    return Written.of(format, REPORTS, UNREAD);
  }
}
