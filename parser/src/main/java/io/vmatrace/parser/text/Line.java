package io.vmatrace.parser.text;

import io.vmatrace.parser.event.EventHead;

/** One line of a text, and what it says before its event's values. A decoder has one and moves it from line to line. */
public class Line extends EventHead {
  /** The bytes of the chunk; those of the line, without its newline, are in [from, to). */
  public byte[] b = {};

  public int from;
  public int to;

  /** How many bytes are counted for the line: its newline too. */
  public int bytes;

  /** Where the task's name is. */
  public int commFrom;

  public int commTo;

  /** Whether {@link #time} is nanoseconds and not ticks. */
  public boolean inSeconds;

  /** Where the event's name begins. */
  public int textFrom;

  /**
   * Moves to the line in [from, to) of some bytes; the next one begins at {@code next}. The blanks at its end, and the carriage return
   * of DOS, are not of the line: what is copied from a terminal has them.
   */
  public final void move(byte[] chunk, int begin, int end, int next) {
    b = chunk;
    from = begin;
    to = end;
    while (to > from && (chunk[to - 1] == ' ' || chunk[to - 1] == '\r')) {
      to--;
    }
    bytes = next - begin;
    offset = begin;
  }

  /** How long the line is, in bytes. */
  public final int length() {
    return to - from;
  }
}
