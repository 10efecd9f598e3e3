package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.ByteScan;
import java.util.Set;

/**
 * How the long lines of a log were wrapped: between words, as mails are, or at one column, as terminals do it, in the middle of whatever is
 * there. Looks at the lines that are cut, those with a stamp before one without, when it is asked, which is seldom.
 */
final class Wrapping {
  /** The usual columns, for where one line only is cut. */
  private static final Set<Integer> COLUMNS = Set.of(72, 74, 76, 78, 80, 100, 120, 132);

  /** So many bare lines at the least have to be cut at one column. */
  private static final int FEW = 3;

  private byte[] b = {};
  private int from;
  private int to;
  private int column = -1;

  /** Moves to other lines, those in [begin, end). */
  void move(byte[] bytes, int begin, int end) {
    b = bytes;
    from = begin;
    to = end;
    column = -1;
  }

  /** Whether the rest of a line of this width continues it without a blank. */
  boolean isHard(int width) {
    if (column < 0) {
      column = column();
    }
    return width == column;
  }

  /** At which column the lines are cut; 0 where it is between words, or nothing shows it. */
  private int column() {
    int stamped = stampedColumn();
    return stamped < 0 ? bareColumn() : stamped;
  }

  /** Where no line has a stamp: at the end of the longest lines, if several are as long, and most go on in one that is not indented. */
  private int bareColumn() {
    ConsoleLine line = new ConsoleLine();
    int longest = 0;
    int atLongest = 0;
    int before = 0;
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      line.read(b, p, end, end + 1);
      if (before == longest && before > 0) {
        boolean goesOn = !line.isBlank() && line.b[line.from] != ' ' && ReportTitles.kind(line) == null && !ReportTitles.isAround(line);
        atLongest += goesOn ? 1 : -1; // a whole line may be as long
      }
      if (line.width > longest) {
        longest = line.width;
        atLongest = 0;
      }
      before = line.width;
      p = end + 1;
    }
    return atLongest >= FEW && COLUMNS.contains(longest) ? longest : 0;
  }

  /** At which column stamped lines are cut; -1 where there is none. */
  private int stampedColumn() {
    ConsoleLine line = new ConsoleLine();
    int longest = 0;
    int cuts = 0;
    int atLongest = 0;
    int shortest = Integer.MAX_VALUE;
    int before = 0;
    boolean stamps = false;
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      line.read(b, p, end, end + 1);
      stamps |= line.stamped;
      if (before > 0 && !line.stamped && !line.isBlank()) {
        cuts++;
        shortest = Math.min(shortest, before);
        atLongest = before > longest ? 1 : atLongest + (before == longest ? 1 : 0);
      }
      longest = Math.max(longest, before);
      before = line.stamped ? line.width : 0;
      p = end + 1;
    }
    longest = Math.max(longest, before);
    boolean same = shortest >= longest - 1; // the blank at the end of a line may be gone
    if (!stamps) {
      return -1;
    }
    return same && (atLongest > 1 || cuts == 1 && COLUMNS.contains(longest)) ? longest : 0;
  }
}
