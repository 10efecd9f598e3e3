package io.vmatrace.parser.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes, eight at a time. */
public final class ByteScan {
  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  private ByteScan() {}

  /**
   * The index of the first newline in [from, to), or {@code to} when there is none.
   *
   * <pre>
   * word ^ NEWLINES     a byte is 0 exactly where a newline was
   * (x - ONES) &amp; ~x     borrows into the high bit of a byte that was 0 (and, above such a byte, perhaps of others)
   * lowest high bit     is right in every case: borrows only travel upwards
   * </pre>
   */
  public static int newline(byte[] bytes, int from, int to) {
    return indexOf(bytes, from, to, NEWLINES);
  }

  /** The index of the first byte of a value in [from, to), or {@code to} when there is none: it is looked for as {@link #newline} looks for its own. */
  public static int indexOf(byte[] bytes, int from, int to, char value) {
    return indexOf(bytes, from, to, value * ONES);
  }

  private static int indexOf(byte[] bytes, int from, int to, long eight) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long found = zeros(word(bytes, i) ^ eight);
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == (byte) eight) {
        return i;
      }
    }
    return to;
  }

  /** Whether there is a newline among the bytes of three words. */
  public static boolean newlineIn(long one, long two, long three) {
    return (zeros(one ^ NEWLINES) | zeros(two ^ NEWLINES) | zeros(three ^ NEWLINES)) != 0;
  }

  /**
   * Whether the first five of eight bytes are visible ASCII characters and no colons.
   *
   * <pre>
   * x - 0x21…    a byte below '!' borrows into its high bit, or has it set already when it is no ASCII
   * x ^ 0x3a…    a byte is 0 exactly where a colon was
   * </pre>
   */
  public static boolean isFiveMarks(long word) {
    long x = word & 0xff_ffff_ffffL;
    long colons = x ^ 0x3a_3a3a_3a3aL;
    long bad = x - 0x21_2121_2121L | x | (colons - 0x01_0101_0101L) & ~colons;
    return (bad & 0x80_8080_8080L) == 0;
  }

  /** Not 0 exactly when there is a zero among eight bytes; its lowest high bit is at the first one. */
  private static long zeros(long x) {
    return (x - ONES) & ~x & HIGHS;
  }

  /**
   * The value of eight hexadecimal digits in lower case, or -1 when one of the bytes is none.
   *
   * <pre>
   * '0'..'9' 0x30..0x39    low nibble is the value
   * 'a'..'f' 0x61..0x66    bit 6 is set, low nibble + 9 is the value
   * </pre>
   *
   * The bytes are made again from the values, so that nothing else passes for a digit.
   */
  public static long hexadecimal(long word) {
    long letters = word >>> 6 & ONES;
    long nibbles = (word & 0x0f * ONES) + 9 * letters;
    long again = nibbles + '0' * ONES + ('a' - 10 - '0') * letters;
    long aboveNine = (nibbles + 6 * ONES) >>> 4 & 0x0f * ONES;
    if (again != word || aboveNine != letters || (nibbles & 0xf0f0f0f0f0f0f0f0L) != 0) {
      return -1;
    }
    long bytes = (nibbles << 4 | nibbles >>> 8) & 0x00ff00ff00ff00ffL;
    long shorts = (bytes << 8 | bytes >>> 16) & 0x0000ffff0000ffffL;
    return (shorts << 16 | shorts >>> 32) & 0xffffffffL;
  }

  /** The value of eight decimal digits, or -1 when one of the bytes is none: pairs, then fours, then all eight are added up. */
  public static long decimal(long word) {
    long digits = word ^ '0' * ONES;
    if (((digits + 0x76 * ONES | digits) & HIGHS) != 0) {
      return -1;
    }
    long pairs = digits * 10 + (digits >>> 8) & 0x00ff00ff00ff00ffL;
    long fours = pairs * 100 + (pairs >>> 16) & 0x0000ffff0000ffffL;
    return fours * 10_000 + (fours >>> 32) & 0xffffffffL;
  }

  /** Eight bytes as one number, the first byte lowest: for comparing words with {@link #word(String)}. Needs i + 8 bytes. */
  public static long word(byte[] bytes, int i) {
    return (long) LONGS.get(bytes, i);
  }

  /** The first {@code n} of the bytes at {@code i} as one number, the others 0: at most eight, and they may be the last. */
  public static long word(byte[] bytes, int i, int n) {
    if (i + Long.BYTES <= bytes.length) {
      return n == 0 ? 0 : word(bytes, i) & -1L >>> (Long.BYTES - n << 3);
    }
    long word = 0;
    for (int k = n - 1; k >= 0; k--) {
      word = word << 8 | bytes[i + k] & 0xff;
    }
    return word;
  }

  /** The number that {@link #word(byte[], int)} gives for eight ASCII characters. */
  public static long word(String eight) {
    return word(eight.getBytes(StandardCharsets.US_ASCII), 0);
  }

  /** Whether some bytes are among those of [from, to). */
  public static boolean contains(byte[] bytes, int from, int to, byte[] words) {
    return indexOf(bytes, from, to, words) < to;
  }

  /** Where some bytes, at least one, begin first among those of [from, to), or {@code to}: found by their last one, so the rarer that is the quicker. */
  public static int indexOf(byte[] bytes, int from, int to, byte[] words) {
    int behind = words.length - 1;
    char last = (char) (words[behind] & 0xff);
    for (int i = indexOf(bytes, from, to, last); i < to; i = indexOf(bytes, i + 1, to, last)) {
      if (i - behind >= from && Ascii.startsWith(bytes, i - behind, to, words)) {
        return i - behind;
      }
    }
    return to;
  }

  /** The index just after the last newline in [from, to), or {@code from} when there is none. */
  public static int afterLastNewline(byte[] bytes, int from, int to) {
    for (int i = to; i > from; i--) {
      if (bytes[i - 1] == '\n') {
        return i;
      }
    }
    return from;
  }
}
