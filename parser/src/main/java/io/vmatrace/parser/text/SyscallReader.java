package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The arguments and results of system calls, in each of the shapes in which they are printed. */
final class SyscallReader extends ValueCursor {
  /**
   * {@code addr: 0x7f0a41a2e000, len: 10000)}: values are hexadecimal with or without 0x (kernel/trace/trace_syscalls.c
   * print_syscall_enter()).
   */
  boolean syscall(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    boolean remap = kind == SyscallEvents.SYS_ENTER_MREMAP;
    while (p < end) {
      int keyFrom = p;
      int keyTo = Ascii.indexOf(b, p, end, ':');
      p = keyTo;
      if (p + 2 > end || b[p] != ':' || b[p + 1] != ' ') {
        return p == end && keyTo == keyFrom;
      }
      p += 2;
      Field field = argument(keyFrom, keyTo, remap);
      if (field != null && !argumentValue(field, out)) {
        return false;
      }
      nextArgument();
    }
    return true;
  }

  /**
   * {@code __syscall_nr=0x9 (9) addr=0x0 (0) len=0x2000 (8192)} and {@code __syscall_nr=0x9 (9) ret=0x0 (0)}: a system call with the
   * option fields (kernel/trace/trace_output.c print_event_fields()).
   */
  boolean syscallFields(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    boolean remap = kind == SyscallEvents.SYS_ENTER_MREMAP;
    boolean exit = kind.source() == EventKind.Source.SYSCALL_EXIT;
    boolean readable = true;
    while (p < end) {
      int keyFrom = p;
      int equals = equalsSign();
      if (equals < 0) {
        continue;
      }
      p = equals + 1;
      Field field = exit ? is(RET, keyFrom, equals) ? Field.RET : null : argument(keyFrom, equals, remap);
      readable &= field == null || argumentValue(field, out);
      token();
    }
    return readable;
  }

  private static final byte[] NR = {'N', 'R', ' '};

  /** The fields that the arguments of a call have by their places. */
  private static final Field[] ARGUMENTS = {Field.START, Field.LENGTH, Field.NEW_LENGTH, Field.FLAGS, Field.ADDRESS};

  /** Whether a call is printed by its number, and not by the fields of its record. */
  boolean isRaw(byte[] bytes, int from, int to) {
    return Ascii.startsWith(bytes, from, to, NR);
  }

  /** {@code NR 33 (b, 1, 55743c7b39bc, 0, 7, b)} and {@code NR 1 = 2} (include/trace/events/syscalls.h): arguments are hexadecimal. */
  boolean raw(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from + NR.length, to);
    if (!number(false)) {
      return false;
    }
    out.put(Field.SYSCALL_NR, value);
    boolean enter = kind == SyscallEvents.RAW_SYS_ENTER;
    p += enter ? 2 : 3;
    if (p > end || b[p - (enter ? 1 : 2)] != (enter ? '(' : '=')) {
      return false;
    }
    return enter ? rawArguments(out) : rawResult(out);
  }

  private boolean rawResult(EventBatch out) {
    boolean readable = number(false);
    out.put(Field.RET, value);
    return readable;
  }

  private boolean rawArguments(EventBatch out) {
    for (Field argument : ARGUMENTS) {
      if (!hex() || p >= end || b[p] != ',') {
        return false;
      }
      out.put(argument, value);
      p += 2;
    }
    return true;
  }

  private boolean argumentValue(Field field, EventBatch out) {
    int from = p;
    if (p + 1 < end && b[p] == '0' && b[p + 1] == 'x') {
      p += 2;
    }
    if (!hex() || !ends()) {
      p = from;
      if (!symbol()) {
        return false;
      }
    }
    out.put(field, value);
    return true;
  }

  /** Moves to the next argument: after ", " outside a string. */
  private void nextArgument() {
    boolean quoted = false;
    for (; p < end; p++) {
      if (b[p] == '"') {
        quoted = !quoted;
      } else if (b[p] == ',' && !quoted) {
        p = Math.min(p + 2, end);
        return;
      }
    }
  }

  private static final byte[] CLONE_FLAGS_ARGUMENT = "clone_flags".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RET = "ret".getBytes(StandardCharsets.US_ASCII);
  private static final long ADDR = name("addr");
  private static final long START = name("start");
  private static final long LEN = name("len");
  private static final long LEN_IN = name("len_in");
  private static final long OLD_LEN = name("old_len");
  private static final long NEW_LEN = name("new_len");
  private static final long NEW_ADDR = name("new_addr");
  private static final long FLAGS = name("flags");
  private static final long BEHAVIOR = name("behavior");
  private static final long BRK = name("brk");

  private static long name(String name) {
    return ByteScan.word(name.getBytes(StandardCharsets.US_ASCII), 0, name.length());
  }

  private @Nullable Field argument(int from, int to, boolean remap) {
    if (to - from > Long.BYTES) {
      return is(CLONE_FLAGS_ARGUMENT, from, to) ? Field.FLAGS : null;
    }
    long name = ByteScan.word(b, from, to - from);
    if (name == ADDR || name == START) {
      return Field.START;
    }
    if (name == LEN || name == LEN_IN || name == OLD_LEN) {
      return Field.LENGTH;
    }
    if (name == FLAGS || name == BEHAVIOR) {
      return Field.FLAGS;
    }
    if (name == NEW_LEN) {
      return Field.NEW_LENGTH;
    }
    return name == BRK || remap && name == NEW_ADDR ? Field.ADDRESS : null;
  }

  /** {@code 0x7f0a41a2e000} of {@code sys_mmap -> 0x…} and {@code sys_exit_mmap: 0x…}. */
  boolean result(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (!number(false)) {
      return false;
    }
    out.put(Field.RET, value);
    return true;
  }
}
