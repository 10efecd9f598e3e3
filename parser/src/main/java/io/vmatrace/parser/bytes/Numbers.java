package io.vmatrace.parser.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Binary numbers of one byte order, in bytes. */
public enum Numbers {
  LITTLE_ENDIAN(ByteOrder.LITTLE_ENDIAN),
  BIG_ENDIAN(ByteOrder.BIG_ENDIAN);

  private final VarHandle longs;
  private final VarHandle ints;
  private final VarHandle shorts;

  Numbers(ByteOrder order) {
    longs = MethodHandles.byteArrayViewVarHandle(long[].class, order).withInvokeExactBehavior();
    ints = MethodHandles.byteArrayViewVarHandle(int[].class, order).withInvokeExactBehavior();
    shorts = MethodHandles.byteArrayViewVarHandle(short[].class, order).withInvokeExactBehavior();
  }

  public static Numbers of(ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN ? BIG_ENDIAN : LITTLE_ENDIAN;
  }

  /** Eight bytes. */
  public long u64(byte[] b, int at) {
    return (long) longs.get(b, at);
  }

  /** Four bytes, sign-extended. */
  public int s32(byte[] b, int at) {
    return (int) ints.get(b, at);
  }

  /** Four bytes, zero-extended. */
  public long u32(byte[] b, int at) {
    return s32(b, at) & 0xffff_ffffL;
  }

  /** Two bytes, zero-extended. */
  public int u16(byte[] b, int at) {
    return (short) shorts.get(b, at) & 0xffff;
  }

  /** A number of 1, 2, 4 or 8 bytes; of other sizes 0. */
  public long read(byte[] b, int at, int size, boolean signed) {
    return switch (size) {
      case 1 -> signed ? b[at] : b[at] & 0xff;
      case 2 -> signed ? (short) u16(b, at) : u16(b, at);
      case 4 -> signed ? s32(b, at) : u32(b, at);
      case 8 -> u64(b, at);
      default -> 0;
    };
  }
}
