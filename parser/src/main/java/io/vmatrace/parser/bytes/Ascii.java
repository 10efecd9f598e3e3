package io.vmatrace.parser.bytes;

import java.util.Arrays;

/** Digits in bytes. */
public final class Ascii {
  private static final byte[] DIGITS = digits();

  private Ascii() {}

  public static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  public static int hexDigit(byte c) {
    return DIGITS[c & 0xff];
  }

  /** The index after the digits at {@code from}. */
  public static int afterDigits(byte[] b, int from, int to) {
    int i = from;
    while (i < to && isDigit(b[i])) {
      i++;
    }
    return i;
  }

  /** The index after the hexadecimal digits at {@code from}. */
  public static int afterHexDigits(byte[] b, int from, int to) {
    int i = from;
    while (i < to && DIGITS[b[i] & 0xff] >= 0) {
      i++;
    }
    return i;
  }

  /** The index after the spaces at {@code from}. */
  public static int afterSpaces(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] == ' ') {
      i++;
    }
    return i;
  }

  /** The index of a byte at or after {@code from}, or {@code to}. */
  public static int indexOf(byte[] b, int from, int to, char c) {
    int i = from;
    while (i < to && b[i] != c) {
      i++;
    }
    return i;
  }

  /** The value of decimal digits, which wraps at 2^64 as the kernel's %llu never does. */
  public static long decimal(byte[] b, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (b[i] - '0');
    }
    return value;
  }

  /** The value of hexadecimal digits, the last 16 of them. */
  public static long hexadecimal(byte[] b, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value << 4 | DIGITS[b[i] & 0xff];
    }
    return value;
  }

  /** Whether the bytes in [from, to) begin with these. */
  public static boolean startsWith(byte[] b, int from, int to, byte[] with) {
    return to - from >= with.length && Arrays.equals(b, from, from + with.length, with, 0, with.length);
  }

  /** Whether the bytes in [from, to) end with these. */
  public static boolean endsWith(byte[] b, int from, int to, byte[] with) {
    return startsWith(b, Math.max(from, to - with.length), to, with);
  }

  private static byte[] digits() {
    byte[] table = new byte[256];
    Arrays.fill(table, (byte) -1);
    for (int i = 0; i < 10; i++) {
      table['0' + i] = (byte) i;
    }
    for (int i = 0; i < 6; i++) {
      table['a' + i] = (byte) (10 + i);
      table['A' + i] = (byte) (10 + i);
    }
    return table;
  }
}
