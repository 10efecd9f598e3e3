package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands before every line of a log and is of no way of logs that is known: {@code | }, {@code [qemu] }, {@code 12: }. It is learnt
 * from a line in which the first words of a report or of a dump come later, if most lines begin as that one does; their numbers may differ. So are
 * the blanks of a log that was pasted into a mail or a block of code.
 */
final class ConsoleMargin {
  /** None. */
  static final ConsoleMargin NONE = new ConsoleMargin(new byte[0]);

  private static final int MOST_BYTES = 72;
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
      ConsoleMargin margin = holdsTitle(b, p, end) ? before(line, b, p, end, last) : null;
      if (margin != null) {
        return margin;
      }
      p = end + 1;
    }
    return NONE;
  }

  private static boolean holdsTitle(byte[] b, int from, int to) {
    for (int i = from; i < to && i - from <= 2 * MOST_BYTES; i++) {
      if (isBorder(b, from, i) && isTitle(b, i, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTitle(byte[] b, int from, int to) {
    return ReportTitles.isSureAt(b, from, to) || Ascii.startsWith(b, from, to, ConsoleDecoder.DUMPING);
  }

  /** Whether a word may begin at a place. */
  private static boolean isBorder(byte[] b, int from, int i) {
    int before = i == from ? ' ' : b[i - 1] | 0x20;
    return (before < 'a' || before > 'z') && (i == from || !Ascii.isDigit(b[i - 1]));
  }

  /** What is before all that is known of a line that begins a report or a dump, {@link #NONE} where that is nothing; null where other lines, to {@code last}, do not have it. */
  private static @Nullable ConsoleMargin before(ConsoleLine line, byte[] b, int from, int to, int last) {
    for (int i = from; i < to && i - from <= MOST_BYTES; i++) {
      boolean begins = isBorder(b, from, i) && (i == from || b[i] != ' ');
      if (begins && isTitleBehind(line, b, i, to)) {
        int blanks = afterBlanks(b, from, to);
        int end = blanks > i && isTitleBehind(line, b, blanks, to) ? blanks : i;
        ConsoleMargin margin = new ConsoleMargin(Arrays.copyOfRange(b, from, end));
        boolean isOfMost = end > from && margin.isOfMost(b, from, last);
        if (isOfMost || blanks >= i) {
          return isOfMost ? margin : NONE;
        }
      }
    }
    return null;
  }

  private static int afterBlanks(byte[] b, int from, int to) {
    int i = from;
    while (i < to && (b[i] == ' ' || b[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Whether the message of a line that begins at {@code i} is the first one of a report or a dump. */
  private static boolean isTitleBehind(ConsoleLine line, byte[] b, int i, int to) {
    line.read(b, i, to, to + 1);
    return isTitle(b, ReportTitles.indented(line), line.to);
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
    int at = from;
    for (int i = 0; i < bytes.length; ) {
      int digits = Ascii.afterDigits(bytes, Ascii.afterSpaces(bytes, i, bytes.length), bytes.length);
      if (digits > i && Ascii.isDigit(bytes[digits - 1])) { // a number, with the blanks that it may be padded with
        int number = Ascii.afterSpaces(b, at, to);
        int end = Ascii.afterDigits(b, number, to);
        if (end == number) {
          return from;
        }
        at = end;
        i = digits;
      } else if (at < to && b[at] == bytes[i]) {
        at++;
        i++;
      } else {
        return at == to && Ascii.afterSpaces(bytes, i, bytes.length) == bytes.length ? to : from;
      }
    }
    return at;
  }
}
