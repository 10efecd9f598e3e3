package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Keys;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Reads the values of an event from its text into the batch's last event. A cursor that is reused for every line. Every reader
 * returns whether all values could be read; a value that a line does not have stays absent.
 */
final class FieldReader extends ValueCursor {
  /**
   * {@code mm=ff3f3d244105b700 memcg_path=/ write=true}, {@code (func+0x4/0xe0) vma=0xff… refcnt=0x1 lock_seq=31}, and with the
   * option fields {@code mm=0xff… (-131386820788224) write=(1)}: keys known for the kind are taken in any order, others skipped.
   */
  boolean keyed(NamedEvent event, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    EventKind kind = event.kind();
    Keys keys = event.keys();
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

  /** Takes the value at the cursor. Not being there ({@code (fault)}, a symbol instead of an address) is no error. */
  private boolean take(EventKind kind, int slot, EventBatch out) {
    boolean parenthesis = p < end && b[p] == '(';
    if (parenthesis) {
      p++;
    }
    if (parenthesis && p < end && (b[p] == 'f' || b[p] == '_')) {
      return true; // (fault): the probe could not read it; (____ptrval____): printed before the hash was seeded
    }
    boolean hexadecimal = kind == SchedEvents.TASK_NEWTASK && kind.slot(Field.FLAGS) == slot;
    int valueFrom = p;
    boolean read = number(hexadecimal);
    if (!read) {
      p = valueFrom;
      read = symbol();
    }
    if (!read) {
      return kind == PageFaultEvents.PAGE_FAULT_KERNEL || kind == PageFaultEvents.PAGE_FAULT_USER; // %ps printed a symbol
    }
    boolean last = kind.fields().get(slot) == Field.END && kind.source() == EventKind.Source.TRACEPOINT;
    out.putSlot(slot, last ? value + 1 : value);
    return true;
  }

  /**
   * {@code ma_write: mas_store_prealloc\tNode ff3f… (0 18446744073709551615) range:4194304-4198399 piv (0) val ff3f…}; ma_read and
   * ma_op have {@code range: } with a space and end there.
   */
  boolean mapleTree(NamedEvent event, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (is(FN, from, Math.min(to, from + FN.length)) || is(FAILED, from, Math.min(to, from + FAILED.length))) {
      return keyed(event, bytes, from, to, out);
    }
    EventKind kind = event.kind();
    int node = Ascii.indexOf(b, p, end, '(');
    p = Ascii.indexOf(b, p, end, ')') + 1;
    if (is(NIL, Math.min(node, end - NIL.length), Math.min(p, end))) {
      p = Ascii.indexOf(b, p, end, ')') + 1; // perf prints (nil) for a node that is not there
    }
    p += RANGE.length;
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
    return kind != MapleTreeEvents.MA_WRITE || pivotAndEntry(out);
  }

  private static final byte[] FN = {'f', 'n', '='};
  private static final byte[] FAILED = {'[', 'F', 'A', 'I', 'L', 'E', 'D'};
  private static final byte[] RANGE = {' ', 'r', 'a', 'n', 'g', 'e', ':'};
  private static final byte[] VAL = {'v', 'a', 'l', ' '};

  private boolean pivotAndEntry(EventBatch out) {
    p = Ascii.indexOf(b, p, end, '(') + 1;
    if (p == 0 || !decimal() || p >= end || b[p] != ')') {
      return false;
    }
    out.putSlot(3, value);
    p += 2;
    if (p + VAL.length > end || !is(VAL, p, p + VAL.length)) {
      return false;
    }
    p += VAL.length;
    if (!pointerOrNil()) {
      return false;
    }
    out.putSlot(2, value);
    return true;
  }

  /** {@code mt_mod ff3358c34106b140, DESTROY}, {@code 41068898 (flags=WRITE)}: the first number is a pointer. */
  boolean pointer(NamedEvent event, byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (from < to && (bytes[from] == '[' || equalsSign() >= 0)) {
      return keyed(event, bytes, from, to, out); // the fields of the record, with the option fields or by trace-cmd report -R
    }
    for (p = from; p < end; p++) {
      if (isPointer() && hex()) {
        out.putSlot(0, value);
        contentionFlags(event.kind(), out);
        return true;
      }
    }
    return keyed(event, bytes, from, to, out);
  }

  /** {@code  (flags=SPIN|READ)} behind the lock of a contention_begin: LCB_F_… by name (include/trace/events/lock.h). */
  private void contentionFlags(EventKind kind, EventBatch out) {
    int names = kind == ContentionEvents.CONTENTION_BEGIN ? first(FLAGS, p) : -1;
    if (names < 0) {
      return;
    }
    long flags = 0;
    for (int i = 0; i < CONTENTION.length; i++) {
      flags |= first(CONTENTION[i], names) > 0 ? 1L << i : 0;
    }
    if (flags != 0) {
      out.put(Field.FLAGS, flags);
    }
  }

  private static final byte[] FLAGS = {'(', 'f', 'l', 'a', 'g', 's', '='};

  /** The names, by their bits. */
  private static final byte[][] CONTENTION =
      Stream.of("SPIN", "READ", "WRITE", "RT", "PERCPU", "MUTEX").map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

  /** {@code 0xff48a0dac3400780} or {@code -12}: the result, which for functions that return a VMA is one. */
  void returnValue(byte[] bytes, int from, int to, EventBatch out) {
    begin(bytes, from, to);
    if (!number(false)) {
      return;
    }
    Keys keys = out.kind(out.size() - 1).keys();
    int key = keys.find(RET, 0, RET.length, 0);
    if (key >= 0 && !out.lastHas(1 << keys.slot(key))) {
      out.putSlot(keys.slot(key), value);
    }
  }

  private static final byte[] RET = {'r', 'e', 't'};
}
