package io.vmatrace.checker.story;

import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.Unread;

/** Writes the histories of captures, one after the other, row by row. */
public interface HistoryWriter extends AutoCloseable {
  /** The next capture. */
  void begin(String path);

  /** The next row. */
  void row(StoryRow row);

  /** The capture is over. */
  void end();

  /** An input of which nothing can be read. */
  void unread(Unread input);

  /** There are no more captures. */
  @Override
  void close();
}
