package io.vmatrace.checker.report;

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

  /** The next input, which has no report. */
  void unread(Unread input);

  /** Comes last: what all captures came to. */
  void end(Summary summary);

  /** Lets go of what the writer needed, whether or not it came to an end. */
  @Override
  default void close() {}
}
