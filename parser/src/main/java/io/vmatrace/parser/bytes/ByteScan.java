package io.vmatrace.parser.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Looks for one byte in many, eight at a time. */
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
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, i) ^ NEWLINES;
      long found = (x - ONES) & ~x & HIGHS;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return to;
  }

  /** Eight bytes as one number, the first byte lowest: for comparing words with {@link #word(String)}. Needs i + 8 bytes. */
  public static long word(byte[] bytes, int i) {
    return (long) LONGS.get(bytes, i);
  }

  /** The number that {@link #word(byte[], int)} gives for eight ASCII characters. */
  public static long word(String eight) {
    return word(eight.getBytes(StandardCharsets.US_ASCII), 0);
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
