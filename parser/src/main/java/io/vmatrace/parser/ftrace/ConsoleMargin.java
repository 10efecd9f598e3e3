package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands before every line of a log and is of no way of logs that is known: {@code | }, {@code [qemu] }, {@code console: }. It is learnt
 * from a line in which the first words of a report come later, if most lines begin as that one does; their digits may differ.
 */
final class ConsoleMargin {
  /** None. */
  static final ConsoleMargin NONE = new ConsoleMargin(new byte[0]);

  private static final int MOST_BYTES = 48;
  private static final int LOOKED_AT = 64 << 10;

  /** So many lines at the least have to begin so. */
  private static final int FEW = 4;

  private final byte[] bytes;

  private ConsoleMargin(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The margin of the lines in [from, to); none where most lines have none that is the same, or a report is read without. */
  static ConsoleMargin of(byte[] b, int from, int to) {
    ConsoleLine line = new ConsoleLine();
    int last = Math.min(to, from + LOOKED_AT);
    for (int p = from; p < last; ) {
      int end = ByteScan.newline(b, p, last);
      ConsoleMargin margin = before(b, p, end);
      if (margin != null) {
        line.read(b, p, end, end + 1);
      }
      if (margin != null && ReportTitles.isSure(line)) {
        return NONE;
      }
      if (margin != null && margin.isOfMost(b, p, last)) {
        return margin;
      }
      p = end + 1;
    }
    return NONE;
  }

  /** What is before the first words of a report; null where those are not in the line, or stand at its beginning. */
  private static @Nullable ConsoleMargin before(byte[] b, int from, int to) {
    for (int i = from + 1; i < to && i - from <= MOST_BYTES; i++) {
      if (b[i - 1] == ' ' && ReportTitles.isSureAt(b, i, to)) {
        return Ascii.afterSpaces(b, from, to) == i ? null : new ConsoleMargin(Arrays.copyOfRange(b, from, i));
      }
    }
    return null;
  }

  private boolean isOfMost(byte[] b, int from, int to) {
    int with = 0;
    int lines = 0;
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      with += end > p && after(b, p, end) > p ? 1 : 0;
      lines += end > p ? 1 : 0;
      p = end + 1;
    }
    return with >= FEW && with * 2 > lines;
  }

  /** The index after the margin; {@code from} where it is not there. Of a line that is empty behind it the blanks at the end may be gone. */
  int after(byte[] b, int from, int to) {
    int i = 0;
    while (i < bytes.length && from + i < to && (b[from + i] == bytes[i] || Ascii.isDigit(b[from + i]) && Ascii.isDigit(bytes[i]))) {
      i++;
    }
    boolean blank = from + i == to && Ascii.afterSpaces(bytes, i, bytes.length) == bytes.length;
    return i == bytes.length || blank ? from + i : from;
  }
}
