package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Keys;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The values of an event, from its text into the batch's last event. A cursor that is reused for every line. Every reader says
 * whether all values that it met could be read; what a line does not have stays absent.
 */
public final class FieldReader {
  private byte[] b = new byte[0];
  private int p;
  private int end;

  /** The value that was read last. */
  private long value;

  /**
   * {@code mm=ff3f3d244105b700 memcg_path=/ write=true}, {@code (func+0x4/0xe0) vma=0xff… refcnt=0x1 lock_seq=31}, and with the
   * option fields {@code mm=0xff… (-131386820788224) write=(1)}: keys known for the kind are taken in any order, others passed over.
   */
  public boolean keyed(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    Keys keys = Keys.of(kind);
    int hint = 0;
    boolean readable = true;
    while (p < end) {
      int keyFrom = p;
      int equals = equalsSign();
      if (equals < 0) {
        continue;
      }
      int key = keys.find(b, keyFrom, equals, hint);
      p = equals + 1;
      if (key >= 0 && !out.lastHas(1 << keys.slot(key))) {
        readable &= take(kind, keys.slot(key), out);
        hint = key + 1 < keys.size() ? key + 1 : 0;
      }
      token();
    }
    return readable;
  }

  /** Moves behind the next token; its {@code =} when it begins as a key, else -1. */
  private int equalsSign() {
    byte[] bytes = b;
    int to = end;
    int i = p;
    for (byte c; i < to && (c = bytes[i]) != '=' && c != ' '; i++) {
      if (!isKey(c)) {
        break;
      }
    }
    if (i < to && bytes[i] == '=' && i > p) {
      return i;
    }
    p = i;
    token();
    return -1;
  }

  private void token() {
    p = Ascii.afterSpaces(b, Ascii.indexOf(b, p, end, ' '), end);
  }

  private boolean is(byte[] key, int from, int to) {
    if (key.length != to - from) {
      return false;
    }
    byte[] bytes = b;
    for (int i = 0; i < key.length; i++) {
      if (key[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** Takes the value at the cursor. Not being there ({@code (fault)}, a symbol instead of an address) is no error. */
  private boolean take(EventKind kind, int slot, EventBatch out) {
    boolean parenthesis = p < end && b[p] == '(';
    if (parenthesis) {
      p++;
    }
    if (parenthesis && p < end && (b[p] == 'f' || b[p] == '_')) {
      return true; // (fault): the probe could not read it; (____ptrval____): printed before the hash was seeded
    }
    boolean hexadecimal = kind == EventKind.TASK_NEWTASK && kind.slot(Field.FLAGS) == slot;
    if (!number(hexadecimal)) {
      return kind == EventKind.PAGE_FAULT_KERNEL || kind == EventKind.PAGE_FAULT_USER; // %ps printed a symbol
    }
    boolean last = kind.fields().get(slot) == Field.END && kind.source() == EventKind.Source.TRACEPOINT;
    out.putSlot(slot, last ? value + 1 : value);
    return true;
  }

  /** 0x…, true, false, a signed decimal, or a bare pointer of 16 hexadecimal digits. */
  private boolean number(boolean hexadecimal) {
    if (p >= end) {
      return false;
    }
    byte first = b[p];
    if (first == '0' && p + 1 < end && b[p + 1] == 'x') {
      p += 2;
      return hex() && ends();
    }
    if (hexadecimal || isPointer()) {
      return hex() && ends();
    }
    if (first == 't' || first == 'f') {
      return truth(first == 't' ? TRUE : FALSE, first == 't' ? 1 : 0);
    }
    if (first == '-') {
      p++;
      boolean ok = decimal() && ends();
      value = -value;
      return ok;
    }
    return decimal() && ends();
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private boolean truth(byte[] word, long is) {
    if (p + word.length > end || !is(word, p, p + word.length)) {
      return false;
    }
    p += word.length;
    value = is;
    return ends();
  }

  /** %p prints 16 digits and no 0x; no decimal value of ours has as many. */
  private boolean isPointer() {
    int to = p + 16;
    return to <= end && Ascii.afterHexDigits(b, p, to) == to && (to == end || Ascii.hexDigit(b[to]) < 0);
  }

  /** A value ends at a space, a parenthesis, a comma or the end; what is glued to it makes it unreadable. */
  private boolean ends() {
    return p >= end || b[p] == ' ' || b[p] == ')' || b[p] == ',' || b[p] == '\t';
  }

  private boolean hex() {
    byte[] bytes = b;
    int from = p;
    int i = from;
    long read = 0;
    for (int digit; i < end && (digit = Ascii.hexDigit(bytes[i])) >= 0; i++) {
      read = read << 4 | digit;
    }
    value = read;
    p = i;
    return i > from && i - from <= 16;
  }

  private boolean decimal() {
    byte[] bytes = b;
    int from = p;
    int i = from;
    long read = 0;
    for (; i < end && Ascii.isDigit(bytes[i]); i++) {
      read = read * 10 + (bytes[i] - '0');
    }
    value = read;
    p = i;
    return i > from && i - from <= 20;
  }

  /**
   * {@code ma_write: mas_store_prealloc\tNode ff3f… (0 18446744073709551615) range:4194304-4198399 piv (0) val ff3f…}; ma_read and
   * ma_op have {@code range: } with a space and end there.
   */
  public boolean mapleTree(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (is(FN, from, Math.min(to, from + FN.length)) || is(FAILED, from, Math.min(to, from + FAILED.length))) {
      return keyed(kind, bytes, from, to, out);
    }
    p = Ascii.indexOf(b, p, end, ')') + RANGE.length + 1;
    if (p > end || !is(RANGE, p - RANGE.length, p)) {
      return false;
    }
    if (p < end && b[p] == ' ') {
      p++;
    }
    if (!decimal() || p >= end || b[p] != '-') {
      return false;
    }
    out.putSlot(0, value);
    p++;
    if (!decimal()) {
      return false;
    }
    out.putSlot(1, value + 1);
    return kind != EventKind.MA_WRITE || pivotAndEntry(out);
  }

  private static final byte[] FN = {'f', 'n', '='};
  private static final byte[] FAILED = {'[', 'F', 'A', 'I', 'L', 'E', 'D'};
  private static final byte[] RANGE = {' ', 'r', 'a', 'n', 'g', 'e', ':'};
  private static final byte[] VAL = {'v', 'a', 'l', ' '};

  private boolean pivotAndEntry(EventBatch out) {
    p = Ascii.indexOf(b, p, end, ')') + 2;
    if (p + VAL.length > end || !is(VAL, p, p + VAL.length)) {
      return false;
    }
    p += VAL.length;
    boolean pointer = isPointer();
    if (!pointer || !hex() || p != end) {
      return false;
    }
    out.putSlot(2, value);
    return true;
  }

  /** {@code prev_comm=a b prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=c next_pid=2 next_prio=120}: comms may hold anything. */
  public boolean schedSwitch(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    int priority = first(PREV_PRIO, from);
    int state = priority < 0 ? -1 : first(PREV_STATE, priority);
    if (state < 0 || state >= end) {
      return false;
    }
    byte letter = b[state];
    if (Ascii.isDigit(letter)) {
      p = state;
      letter = number(false) && (value & 0xff) == 0 ? (byte) 'R' : (byte) 'S'; // the raw number; 0x100 is a preempted task
    }
    out.put(Field.STATE, letter);
    return lastNumber(NEXT_PID, Field.PID, out);
  }

  private static final byte[] PREV_PRIO = {'p', 'r', 'e', 'v', '_', 'p', 'r', 'i', 'o', '='};
  private static final byte[] PREV_STATE = {'p', 'r', 'e', 'v', '_', 's', 't', 'a', 't', 'e', '='};
  private static final byte[] NEXT_PID = {' ', 'n', 'e', 'x', 't', '_', 'p', 'i', 'd', '='};
  private static final byte[] CHILD_PID = {' ', 'c', 'h', 'i', 'l', 'd', '_', 'p', 'i', 'd', '='};
  private static final byte[] PID = {' ', 'p', 'i', 'd', '='};
  private static final byte[] CLONE_FLAGS = {' ', 'c', 'l', 'o', 'n', 'e', '_', 'f', 'l', 'a', 'g', 's', '='};

  /** {@code comm=workload pid=212 child_comm=workload child_pid=214}. */
  public boolean schedProcessFork(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    return lastNumber(CHILD_PID, Field.PID, out);
  }

  /** {@code comm=workload pid=287 prio=120 group_dead=false}. */
  public boolean pid(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    return lastNumber(PID, Field.PID, out);
  }

  /** {@code pid=214 comm=workload clone_flags=3d0f00 oom_score_adj=0}. */
  public boolean taskNewtask(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    p += PID.length - 1;
    if (p >= end || !decimal()) {
      return false;
    }
    out.put(Field.PID, value);
    int flags = last(CLONE_FLAGS);
    p = flags;
    if (flags < 0 || !(p + 1 < end && b[p] == '0' && b[p + 1] == 'x' ? number(false) : hex())) {
      return false;
    }
    out.put(Field.FLAGS, value);
    return true;
  }

  private boolean lastNumber(byte[] key, Field field, EventBatch out) {
    p = last(key);
    if (p < 0 || !number(false)) {
      return false;
    }
    out.put(field, value);
    return true;
  }

  /** The index behind the first occurrence of a word at or after a place, or -1. */
  private int first(byte[] word, int from) {
    for (int i = from; i + word.length <= end; i++) {
      if (b[i] == word[0] && is(word, i, i + word.length)) {
        return i + word.length;
      }
    }
    return -1;
  }

  /** The index behind the last occurrence of a word, or -1. */
  private int last(byte[] word) {
    for (int i = end - word.length; i >= p; i--) {
      if (b[i] == word[0] && is(word, i, i + word.length)) {
        return i + word.length;
      }
    }
    return -1;
  }

  /** {@code mt_mod ff3358c34106b140, DESTROY}, {@code 41068898 (flags=WRITE)}: the first number is a pointer. */
  public boolean pointer(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    for (; p < end; p++) {
      if (isPointer() && hex()) {
        out.putSlot(0, value);
        return true;
      }
    }
    return keyed(kind, bytes, from, to, out);
  }

  /**
   * {@code addr: 0x7f0a41a2e000, len: 10000)}: values are hexadecimal with or without 0x (kernel/trace/trace_syscalls.c
   * print_syscall_enter()).
   */
  public boolean syscall(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (end == from || b[end - 1] != ')') {
      return false;
    }
    end--;
    boolean remap = kind == EventKind.SYS_ENTER_MREMAP;
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
  public boolean syscallFields(EventKind kind, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    boolean remap = kind == EventKind.SYS_ENTER_MREMAP;
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

  private boolean argumentValue(Field field, EventBatch out) {
    if (p + 1 < end && b[p] == '0' && b[p + 1] == 'x') {
      p += 2;
    }
    if (!hex() || !ends()) {
      return false;
    }
    out.put(field, value);
    return true;
  }

  /** Moves to the next argument: behind ", " outside a string. */
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

  /** {@code 0x7f0a41a2e000} of {@code sys_mmap -> 0x…}. */
  public boolean result(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (!number(false) || p != end) {
      return false;
    }
    out.put(Field.RET, value);
    return true;
  }

  private void begin(byte[] bytes, int from, int to) {
    b = bytes;
    p = from;
    end = to;
  }

  private static boolean isKey(byte c) {
    return c >= 'a' && c <= 'z' || c == '_' || Ascii.isDigit(c) || c >= 'A' && c <= 'Z';
  }
}
