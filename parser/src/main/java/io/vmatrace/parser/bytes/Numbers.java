package io.vmatrace.parser.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Binary numbers of one byte order, in bytes. */
public enum Numbers {
  LITTLE_ENDIAN(false),
  BIG_ENDIAN(true);

  // constants: the compiler sees through a VarHandle only if it is one
  private static final VarHandle LONGS = handle(long[].class);
  private static final VarHandle INTS = handle(int[].class);
  private static final VarHandle SHORTS = handle(short[].class);

  private final boolean reversed;

  Numbers(boolean reversed) {
    this.reversed = reversed;
  }

  private static VarHandle handle(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN).withInvokeExactBehavior();
  }

  public static Numbers of(ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? BIG_ENDIAN : LITTLE_ENDIAN;
  }

  /** Eight bytes. */
  public long u64(byte[] b, int at) {
    long value = (long) LONGS.get(b, at);
    return reversed ? Long.reverseBytes(value) : value;
  }

  /** Four bytes, sign-extended. */
  public int s32(byte[] b, int at) {
    int value = (int) INTS.get(b, at);
    return reversed ? Integer.reverseBytes(value) : value;
  }

  /** Four bytes, zero-extended. */
  public long u32(byte[] b, int at) {
    return s32(b, at) & 0xffff_ffffL;
  }

  /** Two bytes, zero-extended. */
  public int u16(byte[] b, int at) {
    short value = (short) SHORTS.get(b, at);
    return (reversed ? Short.reverseBytes(value) : value) & 0xffff;
  }

  /** A number of 1, 2, 4 or 8 bytes; of other sizes 0. */
  public long read(byte[] b, int at, int size, boolean signed) {
    return size == Long.BYTES ? u64(b, at) : signed ? readSigned(b, at, size) : readUnsigned(b, at, size);
  }

  private long readSigned(byte[] b, int at, int size) {
    return switch (size) {
      case 1 -> b[at];
      case 2 -> (short) u16(b, at);
      case 4 -> s32(b, at);
      default -> 0;
    };
  }

  private long readUnsigned(byte[] b, int at, int size) {
    return switch (size) {
      case 1 -> b[at] & 0xff;
      case 2 -> u16(b, at);
      case 4 -> u32(b, at);
      default -> 0;
    };
  }
}
