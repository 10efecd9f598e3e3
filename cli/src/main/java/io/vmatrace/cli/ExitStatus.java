package io.vmatrace.cli;

import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Summary;

/** The exit status. With several captures the worst one counts. */
enum ExitStatus {
  OK(0, 0),
  INCONCLUSIVE(4, 1),
  VIOLATION(1, 2),
  UNREADABLE(3, 3),
  /** Whatever else ends the process: no verdict, or one that could not be written in full. */
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

  /** Of a run; one that has no captures ends well. */
  static ExitStatus of(Summary summary, boolean allowInconclusive) {
    return summary.captures().isEmpty() ? OK : of(summary.worst(), allowInconclusive);
  }

  private static ExitStatus of(Verdict verdict, boolean allowInconclusive) {
    return switch (verdict) {
      case OK -> OK;
      case UNREADABLE -> UNREADABLE;
      case VIOLATION -> VIOLATION;
      case INCONCLUSIVE -> allowInconclusive ? OK : INCONCLUSIVE;
    };
  }
}
