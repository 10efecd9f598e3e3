package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import org.jspecify.annotations.Nullable;

/**
 * The events that make up most of a capture, read at fixed places in the shape that kernels print them by default. Whatever looks
 * different in the least is left to {@link FieldReader}, which reads every shape.
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
  private static final long MA_WRITE = ByteScan.word("ma_write");
  private static final int POINTER_DIGITS = 16;
  private static final int SHORTEST = 48;

  private UsualLines() {}

  /** The kind of an event whose text is at {@code from}, if it is one of these; else null. */
  static @Nullable EventKind kind(byte[] b, int from, int to) {
    if (to - from < SHORTEST) {
      return null;
    }
    long word = ByteScan.word(b, from);
    long next = ByteScan.word(b, from + 8);
    if (word == PAGE_FAU) {
      return next == LT_USER ? EventKind.PAGE_FAULT_USER : null;
    }
    if (word == MA_WRITE) {
      return b[from + 8] == ':' ? EventKind.MA_WRITE : null;
    }
    if (word != MMAP_LOC) {
      return null;
    }
    if (next == K_RELEAS) {
      return EventKind.MMAP_LOCK_RELEASED;
    }
    long third = ByteScan.word(b, from + 16);
    if (next == K_START) {
      return third == LOCKING ? EventKind.MMAP_LOCK_START_LOCKING : null;
    }
    return next == K_ACQUIR && third == E_RETURN ? EventKind.MMAP_LOCK_ACQUIRE_RETURNED : null;
  }

  /** The values of such an event into the batch's last event; false when its shape is not the usual one. */
  static boolean values(EventKind kind, byte[] b, int from, int to, EventBatch out) {
    return switch (kind) {
      case PAGE_FAULT_USER -> pageFault(b, from, to, out);
      case MA_WRITE -> maWrite(b, to, out);
      case MMAP_LOCK_RELEASED -> mmapLock(b, from + 20, to, out);
      case MMAP_LOCK_START_LOCKING -> mmapLock(b, from + 25, to, out);
      default -> mmapLockReturned(b, from + 28, to, out);
    };
  }

  /** {@code page_fault_user: address=0x7fdbc2a5d000 ip=0x40166f error_code=0x6}. */
  private static boolean pageFault(byte[] b, int from, int to, EventBatch out) {
    int address = from + 27;
    int code = to;
    while (Ascii.hexDigit(b[code - 1]) >= 0) {
      code--;
    }
    int end = Ascii.afterHexDigits(b, address, to);
    if (ByteScan.word(b, from + 16) != ADDRESS
        || b[address - 1] != 'x'
        || b[end] != ' '
        || end == address
        || end - address > POINTER_DIGITS
        || code == to
        || b[code - 1] != 'x'
        || b[code - 3] != '=') {
      return false;
    }
    out.putSlot(0, Ascii.hexadecimal(b, address, end));
    out.putSlot(1, Ascii.hexadecimal(b, code, to));
    return true;
  }

  /** {@code mm=ff3f3d244105b700 memcg_id=1 write=true} with the {@code mm} at {@code at}. */
  private static boolean mmapLock(byte[] b, int at, int to, EventBatch out) {
    int write = truth(b, to, 'w');
    if (write < 0 || !pointer(b, at, out)) {
      return false;
    }
    out.putSlot(1, write);
    return true;
  }

  /** The same with {@code success=true} at the end. */
  private static boolean mmapLockReturned(byte[] b, int at, int to, EventBatch out) {
    int success = truth(b, to, 's');
    if (success < 0) {
      return false;
    }
    int write = truth(b, to - (success == 1 ? 13 : 14), 'w');
    if (write < 0 || !pointer(b, at, out)) {
      return false;
    }
    out.putSlot(1, write);
    out.putSlot(2, success);
    return true;
  }

  /** The value of {@code write=true}, {@code success=false} that ends at {@code to}, by the key's first letter; -1 when it is none. */
  private static int truth(byte[] b, int to, char key) {
    int length = key == 'w' ? 5 : 7;
    if (b[to - 1] != 'e') {
      return -1;
    }
    int equals = b[to - 2] == 'u' ? to - 5 : to - 6;
    boolean named = b[equals] == '=' && b[equals - length] == key && b[equals - length - 1] == ' ';
    return named ? (equals == to - 5 ? 1 : 0) : -1;
  }

  private static boolean pointer(byte[] b, int at, EventBatch out) {
    int end = at + 3 + POINTER_DIGITS;
    if (b[at] != 'm' || b[at + 2] != '=' || b[end] != ' ' || Ascii.afterHexDigits(b, at + 3, end) != end) {
      return false;
    }
    out.putSlot(0, Ascii.hexadecimal(b, at + 3, end));
    return true;
  }

  /** {@code … range:4194304-4198399 piv (0) val ff3f3d24bfc62dc0}, read from its end. */
  private static boolean maWrite(byte[] b, int to, EventBatch out) {
    int val = to - POINTER_DIGITS;
    if (b[val - 1] != ' ' || b[val - 2] != 'l' || b[val - 6] != ')' || Ascii.afterHexDigits(b, val, to) != to) {
      return false;
    }
    int i = val - 7;
    for (int most = i - POINTER_DIGITS - 2; i > most && b[i] != '('; i--) {}
    int last = i - 5; // "piv (" and a space before it
    if (b[i] != '(' || b[last] != ' ' || b[last + 1] != 'p') {
      return false;
    }
    int lastFrom = beforeDigits(b, last);
    int firstFrom = beforeDigits(b, lastFrom - 1);
    if (b[lastFrom - 1] != '-' || b[firstFrom - 1] != ':' || b[firstFrom - 2] != 'e' || lastFrom == last) {
      return false;
    }
    out.putSlot(0, Ascii.decimal(b, firstFrom, lastFrom - 1));
    out.putSlot(1, Ascii.decimal(b, lastFrom, last) + 1);
    out.putSlot(2, Ascii.hexadecimal(b, val, to));
    return true;
  }

  /** Where the decimal digits that end before {@code to} begin. */
  private static int beforeDigits(byte[] b, int to) {
    int i = to;
    for (int most = to - 20; i > most && Ascii.isDigit(b[i - 1]); i--) {}
    return i;
  }
}
