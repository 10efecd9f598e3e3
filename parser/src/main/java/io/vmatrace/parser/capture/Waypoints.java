package io.vmatrace.parser.capture;

import java.util.Arrays;

/** Where some lines of a text begin, ascending, in a bounded number of places: where there are more, every second one is kept. */
final class Waypoints {
  private static final int MOST = 1 << 12;

  /** Room for so many to begin with; most captures have none. */
  private static final int FEW = 1 << 4;

  private long[] lines = new long[FEW];
  private long[] offsets = new long[FEW];
  private int size;

  /** Of so many places that are offered one is kept. */
  private int every = 1;

  private int offered;

  /** A line begins at a byte, both behind those before. */
  void offer(long line, long offset) {
    if (offered++ % every != 0) {
      return;
    }
    if (size == MOST) {
      for (int i = 0; i < MOST / 2; i++) {
        lines[i] = lines[2 * i];
        offsets[i] = offsets[2 * i];
      }
      size = MOST / 2;
      every *= 2;
      if ((offered - 1) % every != 0) {
        return;
      }
    }
    if (size == lines.length) {
      lines = Arrays.copyOf(lines, 2 * size);
      offsets = Arrays.copyOf(offsets, 2 * size);
    }
    lines[size] = line;
    offsets[size++] = offset;
  }

  /** The last place at a line, or before it; -1 where there is none. */
  int upTo(long line) {
    int at = Arrays.binarySearch(lines, 0, size, line);
    return at >= 0 ? at : -at - 2;
  }

  long line(int at) {
    return lines[at];
  }

  /** How many bytes of the text come before that line. */
  long offset(int at) {
    return offsets[at];
  }
}
