package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.ByteScan;
import java.util.Arrays;

/** Bytes in a log that the kernel did not write. What is left of a line moves together, and blanks fill it up, so that it is as long as before. */
final class OddBytes {
  /** U+00A0, which browsers and mailers put for blanks. */
  private static final byte HARD_BLANK = (byte) 0xc2;

  private static final byte HARD_BLANK_2 = (byte) 0xa0;

  private OddBytes() {}

  /** Puts blanks for hard blanks in the lines of [from, to). */
  static void softenBlanks(byte[] b, int from, int to) {
    if (ByteScan.indexOf(b, from, to, (char) 0xc2) == to) {
      return;
    }
    for (int p = from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      int at = p;
      for (int i = p; i < end; i++) {
        boolean hard = b[i] == HARD_BLANK && i + 1 < end && b[i + 1] == HARD_BLANK_2;
        b[at++] = hard ? (byte) ' ' : b[i];
        i += hard ? 1 : 0;
      }
      Arrays.fill(b, at, end, (byte) ' ');
      p = end + 1;
    }
  }

  /** Whether there are NULs among the bytes of [from, to). */
  static boolean holdNuls(byte[] b, int from, int to) {
    return ByteScan.indexOf(b, from, to, '\0') < to;
  }

  /** Takes the NULs out of a line; how many. */
  static int removeNuls(byte[] b, int from, int to) {
    int at = from;
    for (int i = from; i < to; i++) {
      if (b[i] != 0) {
        b[at++] = b[i];
      }
    }
    Arrays.fill(b, at, to, (byte) ' ');
    return to - at;
  }
}
