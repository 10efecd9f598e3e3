package io.vmatrace.checker.events;

import tools.jackson.core.JsonGenerator;

/** Numbers as the stream writes them, put together in one buffer that is used again and again. */
public final class Digits {
  private static final long NANOSECONDS = 1_000_000_000L;
  private static final long MICROSECOND = 1_000;
  private static final int DECIMALS = 9;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final char[] buffer = new char[32];

  /** {@code "0x7f0a41a2e000"}. */
  public void hex(JsonGenerator out, long value) {
    int p = buffer.length;
    long rest = value;
    do {
      buffer[--p] = HEX[(int) rest & 0xf];
      rest >>>= 4;
    } while (rest != 0);
    buffer[--p] = 'x';
    buffer[--p] = '0';
    out.writeString(buffer, p, buffer.length - p);
  }

  /** {@code "11.612632000"}. */
  public void seconds(JsonGenerator out, long nanoseconds) {
    long whole = Math.abs(nanoseconds / NANOSECONDS);
    long rest = Math.abs(nanoseconds % NANOSECONDS);
    int p = buffer.length;
    for (int i = 0; i < DECIMALS; i++, rest /= 10) {
      buffer[--p] = (char) ('0' + rest % 10);
    }
    buffer[--p] = '.';
    decimal(out, nanoseconds < 0, whole, p);
  }

  /** {@code "2513331103555"}. */
  public void decimal(JsonGenerator out, long value) {
    decimal(out, value < 0, Math.abs(value), buffer.length);
  }

  /** {@code 11612632.000}, a number: microseconds. */
  public void microseconds(JsonGenerator out, long nanoseconds) {
    long rest = Math.abs(nanoseconds % MICROSECOND);
    int p = buffer.length;
    for (int i = 0; i < 3; i++, rest /= 10) {
      buffer[--p] = (char) ('0' + rest % 10);
    }
    buffer[--p] = '.';
    p = digits(nanoseconds < 0, Math.abs(nanoseconds / MICROSECOND), p);
    out.writeRawValue(buffer, p, buffer.length - p);
  }

  private void decimal(JsonGenerator out, boolean negative, long value, int before) {
    int p = digits(negative, value, before);
    out.writeString(buffer, p, buffer.length - p);
  }

  private int digits(boolean negative, long value, int before) {
    int p = before;
    long rest = value;
    do {
      buffer[--p] = (char) ('0' + Long.remainderUnsigned(rest, 10));
      rest = Long.divideUnsigned(rest, 10);
    } while (rest != 0);
    if (negative) {
      buffer[--p] = '-';
    }
    return p;
  }
}
