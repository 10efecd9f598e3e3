package io.vmatrace.cli;

import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Summary;

/** The exit status. With several captures the worst one counts. */
enum ExitStatus {
  OK(0, 0),
  INCONCLUSIVE(4, 1),
  VIOLATION(1, 2),
  UNREADABLE(3, 3),
  INTERNAL(5, 4),
  USAGE(2, 5);

  private final int code;
  private final int badness;

  ExitStatus(int code, int badness) {
    this.code = code;
    this.badness = badness;
  }

  int code() {
    return code;
  }

  ExitStatus worse(ExitStatus other) {
    return other.badness > badness ? other : this;
  }

  /** Of a run whose captures could all be read; one that has none ends well. */
  static ExitStatus of(Summary summary, boolean allowInconclusive) {
    return summary.captures().isEmpty() ? OK : of(summary.worst(), allowInconclusive);
  }

  private static ExitStatus of(Verdict verdict, boolean allowInconclusive) {
    return switch (verdict) {
      case OK -> OK;
      case VIOLATION -> VIOLATION;
      case INCONCLUSIVE -> allowInconclusive ? OK : INCONCLUSIVE;
    };
  }
}
