package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Verdict;

/**
 * An input that was given and has no report.
 *
 * @param path as given; a member of an archive is {@code ARCHIVE!MEMBER}
 * @param verdict UNREADABLE, or INCONCLUSIVE where it can be read and has not what is asked about
 * @param error why, as a line for a person
 */
public record Unread(String path, Verdict verdict, String error) {
  /** An input of which nothing can be read. */
  public static Unread unreadable(String path, String error) {
    return new Unread(path, Verdict.UNREADABLE, error);
  }
}
