package io.vmatrace.checker.report;

import org.jspecify.annotations.Nullable;

/** Writes the reports of a run in one format, capture after capture. Once written, nothing of a report is kept. */
public interface ReportWriter extends AutoCloseable {
  /**
   * Comes first.
   *
   * @param several whether the run has several captures, as far as that is known: an archive has as many as it holds
   */
  void begin(boolean several);

  /** The next capture's report. */
  void capture(Report report);

  /**
   * The next capture's report, and what was made for a format that shows more.
   *
   * @param beside or null, where there is none
   */
  default void capture(Report report, @Nullable Illustration beside) {
    capture(report);
  }

  /** The next input, which has no report. */
  void unread(Unread input);

  /** Comes last: what all captures came to. */
  void end(Summary summary);

  /** Lets go of what the writer needed, whether or not it came to an end. */
  @Override
  default void close() {}
}
