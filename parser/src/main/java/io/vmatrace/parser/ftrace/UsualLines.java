package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import org.jspecify.annotations.Nullable;

/**
 * The events that make up most of a capture, read at fixed places in the shape that kernels print them by default. Every
 * other shape is left to {@link FieldReader}, which reads every shape.
 */
final class UsualLines {
  private static final long PAGE_FAU = ByteScan.word("page_fau");
  private static final long LT_USER = ByteScan.word("lt_user:");
  private static final long ADDRESS = ByteScan.word(" address");
  private static final long MMAP_LOC = ByteScan.word("mmap_loc");
  private static final long K_START = ByteScan.word("k_start_");
  private static final long LOCKING = ByteScan.word("locking:");
  private static final long K_ACQUIR = ByteScan.word("k_acquir");
  private static final long E_RETURN = ByteScan.word("e_return");
  private static final long K_RELEAS = ByteScan.word("k_releas");
  private static final long LEASED = ByteScan.word("leased: ");
  private static final long OCKING = ByteScan.word("ocking: ");
  private static final long TURNED = ByteScan.word("turned: ");
  private static final long DRESS_IS_0X = ByteScan.word("dress=0x");
  private static final long CODE_IS_0X = ByteScan.word("_code=0x");
  private static final long ERROR_C = ByteScan.word(" error_c");
  private static final long LAST_SIX = -1L << 16;
  private static final long VAL = ByteScan.word("\0\0) val ") & LAST_SIX;
  private static final long PIV = ByteScan.word(" piv (\0\0") << 16;
  private static final long RANGE = ByteScan.word("\0 range:") & (-1L << 8);
  private static final long SUCCESS = ByteScan.word("success=");
  private static final long LAST_SEVEN = -1L << 8;
  private static final long WRITE = ByteScan.word("\0 write=") & LAST_SEVEN;
  private static final long TRUE = ByteScan.word("\0\0\0\0true") >>> 32;
  private static final long FALSE = ByteScan.word("\0\0\0false") >>> 24;
  private static final long MA_WRITE = ByteScan.word("ma_write");
  private static final int POINTER_DIGITS = 16;

  /** Length of {@code  write=}. */
  private static final int WRITE_KEY = 7;

  private UsualLines() {}

  /** The kind of an event whose text is at {@code from}, if it is one of these; else null. Needs 24 bytes. */
  static @Nullable EventKind kind(byte[] b, int from) {
    long word = ByteScan.word(b, from);
    long next = ByteScan.word(b, from + 8);
    if (word == PAGE_FAU) {
      return next == LT_USER ? PageFaultEvents.PAGE_FAULT_USER : null;
    }
    if (word == MA_WRITE) {
      return b[from + 8] == ':' ? MapleTreeEvents.MA_WRITE : null;
    }
    return word == MMAP_LOC ? mmapLock(next, ByteScan.word(b, from + 16)) : null;
  }

  private static @Nullable EventKind mmapLock(long second, long third) {
    if (second == K_RELEAS) {
      return MmapLockEvents.MMAP_LOCK_RELEASED;
    }
    if (second == K_START) {
      return third == LOCKING ? MmapLockEvents.MMAP_LOCK_START_LOCKING : null;
    }
    return second == K_ACQUIR && third == E_RETURN ? MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED : null;
  }

  /**
   * The values of such an event into the batch's last event.
   *
   * @param to where the bytes end; the line ends at or before it
   * @return where the line ends, or -1 when its shape is not the usual one
   */
  static int values(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    if (kind == PageFaultEvents.PAGE_FAULT_USER) {
      return pageFault(b, from, to, out);
    }
    if (kind == MapleTreeEvents.MA_WRITE) {
      return maWrite(b, from, to, out);
    }
    if (kind == MmapLockEvents.MMAP_LOCK_RELEASED) {
      return ByteScan.word(b, from + 12) == LEASED ? mmapLock(b, from + 20, to, false, out) : -1;
    }
    if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
      return ByteScan.word(b, from + 17) == OCKING ? mmapLock(b, from + 25, to, false, out) : -1;
    }
    return ByteScan.word(b, from + 20) == TURNED ? mmapLock(b, from + 28, to, true, out) : -1;
  }

  /** {@code page_fault_user: address=0x7fdbc2a5d000 ip=0x40166f error_code=0x6}. */
  private static int pageFault(byte[] b, int from, int to, EventBatch out) {
    int address = from + 27;
    if (ByteScan.word(b, from + 16) != ADDRESS || ByteScan.word(b, from + 19) != DRESS_IS_0X) {
      return -1;
    }
    long first = ByteScan.hexadecimal(ByteScan.word(b, address));
    long value = Math.max(first, 0);
    int space = first < 0 ? address : address + Long.BYTES;
    for (int most = address + POINTER_DIGITS; space < most && Ascii.hexDigit(b[space]) >= 0; space++) {
      value = value << 4 | Ascii.hexDigit(b[space]);
    }
    int end = ByteScan.newline(b, space, to);
    int code = end;
    while (Ascii.hexDigit(b[code - 1]) >= 0) {
      code--;
    }
    boolean named = ByteScan.word(b, code - 8) == CODE_IS_0X && ByteScan.word(b, code - 14) == ERROR_C && code - 14 >= space;
    boolean digits = code < end && end - code <= POINTER_DIGITS && space > address;
    if (!named || !digits || b[space] != ' ' || !isOneToken(b, space + 1, code - 14)) {
      return -1;
    }
    out.putSlot(0, value);
    out.putSlot(1, Ascii.hexadecimal(b, code, end));
    return end;
  }

  /**
   * {@code mm=ff3f3d244105b700 memcg_id=1 write=true} with the {@code mm} at {@code at}, and then {@code success=true} where it has
   * returned.
   */
  private static int mmapLock(byte[] b, int at, int to, boolean returned, EventBatch out) {
    int digits = at + 3;
    long high = ByteScan.hexadecimal(ByteScan.word(b, digits));
    long low = ByteScan.hexadecimal(ByteScan.word(b, digits + 8));
    if ((high | low) < 0 || b[at] != 'm' || b[at + 1] != 'm' || b[at + 2] != '=' || b[digits + POINTER_DIGITS] != ' ') {
      return -1;
    }
    int end = ByteScan.newline(b, digits + POINTER_DIGITS, to);
    int writeEnd = end;
    if (returned) {
      int success = truth(b, end, SUCCESS, -1);
      if (success < 0) {
        return -1;
      }
      out.putSlot(2, success);
      writeEnd = end - (success == 1 ? 13 : 14);
      if (b[writeEnd] != ' ') {
        return -1;
      }
    }
    int write = truth(b, writeEnd, WRITE, LAST_SEVEN);
    int key = writeEnd - (write == 1 ? 4 : 5) - WRITE_KEY;
    if (write < 0 || !isOneToken(b, digits + POINTER_DIGITS + 1, key)) {
      return -1;
    }
    out.putSlot(0, high << 32 | low);
    out.putSlot(1, write);
    return end;
  }

  /** Whether [from, to) is {@code memcg_id=1}, {@code memcg_path=/}: one key, one value, and nothing that looks like another. */
  private static boolean isOneToken(byte[] b, int from, int to) {
    int equals = 0;
    for (int i = from; i < to; i++) {
      if (b[i] == ' ') {
        return false;
      }
      equals += b[i] == '=' ? 1 : 0;
    }
    return equals == 1;
  }

  /**
   * The value of {@code write=true} or {@code success=false} that ends at {@code to}; -1 when it is none.
   *
   * @param key what the eight bytes up to the equals sign are, as far as {@code mask} goes
   */
  private static int truth(byte[] b, int to, long key, long mask) {
    if ((ByteScan.word(b, to - 4 - Long.BYTES) & mask) == key) {
      return ByteScan.word(b, to - Long.BYTES) >>> 32 == TRUE ? 1 : -1;
    }
    return (ByteScan.word(b, to - 5 - Long.BYTES) & mask) == key && ByteScan.word(b, to - Long.BYTES) >>> 24 == FALSE ? 0 : -1;
  }

  /** {@code … range:4194304-4198399 piv (0) val ff3f3d24bfc62dc0}, read from its end. */
  private static int maWrite(byte[] b, int from, int to, EventBatch out) {
    int end = ByteScan.newline(b, from, to);
    int val = end - POINTER_DIGITS;
    if (val - 8 < from) {
      return -1;
    }
    long high = ByteScan.hexadecimal(ByteScan.word(b, val));
    long low = ByteScan.hexadecimal(ByteScan.word(b, val + 8));
    if ((high | low) < 0 || (ByteScan.word(b, val - 8) & LAST_SIX) != VAL) {
      return -1;
    }
    int i = val - 7;
    for (int most = i - POINTER_DIGITS - 2; i > most && b[i] != '('; i--) {}
    int last = i - 5; // "piv (" and a space before it
    int pivot = Ascii.afterDigits(b, i + 1, val - 6);
    if (b[i] != '(' || b[pivot] != ')' || pivot == i + 1 || ByteScan.word(b, last) << 16 != PIV) {
      return -1;
    }
    int lastFrom = beforeDigits(b, last);
    int firstFrom = beforeDigits(b, lastFrom - 1);
    boolean ranged = b[lastFrom - 1] == '-' && (ByteScan.word(b, firstFrom - 8) & LAST_SEVEN) == RANGE;
    boolean first = firstFrom - 8 >= from && ByteScan.indexOf(b, from, end, ')') == firstFrom - 8;
    if (!ranged || !first || lastFrom == last || firstFrom == lastFrom - 1) {
      return -1;
    }
    out.putSlot(0, Ascii.decimal(b, firstFrom, lastFrom - 1));
    out.putSlot(1, Ascii.decimal(b, lastFrom, last) + 1);
    out.putSlot(2, high << 32 | low);
    out.putSlot(3, Ascii.decimal(b, i + 1, pivot));
    return end;
  }

  /** Where the decimal digits that end before {@code to} begin. */
  private static int beforeDigits(byte[] b, int to) {
    int i = to;
    for (int most = to - 20; i > most && Ascii.isDigit(b[i - 1]); i--) {}
    return i;
  }
}
