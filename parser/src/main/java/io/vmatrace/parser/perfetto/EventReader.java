package io.vmatrace.parser.perfetto;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.vmatrace.parser.record.RawRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Turns an event into a record as the kernel has them: common_type and common_pid, then a value after the other. Which values there are is
 * said by the event alone, so each combination is a format of its own ({@link Shapes}). A number has eight bytes; a text lies behind the
 * values, and where it is has four.
 */
final class EventReader {
  private static final int MOST_VALUES = 256;

  /** A record of the ring buffer is never longer than a page of 64 KiB; the place of a text has 16 bits. */
  private static final int MOST_RECORD = 60_000;

  private static final int MOST_SIGNATURE = 16 << 10;
  static final int COMMON_BYTES = 8;
  private static final int TIMESTAMP = 1;
  private static final int PID = 2;

  private final Shapes shapes;

  /** What is read: its bytes are those of this reader. */
  final RawRecord record = new RawRecord();

  private final byte[] out = new byte[MOST_RECORD];
  private final ByteBuffer numbers = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);

  /** The bytes that names and texts are in. */
  byte[] b = {};

  /** The event's number in FtraceEvent, and where its name is if the event says it. */
  int event;

  int nameFrom;
  int nameTo;

  /** Whether a probe says that it is at the end of its function. */
  boolean isReturn;

  int values;

  /** Of each value: the number of its field, or in a generic event 0; how it is written; where its name is; and the value. */
  final int[] fields = new int[MOST_VALUES];

  final int[] wires = new int[MOST_VALUES];
  final int[] nameFroms = new int[MOST_VALUES];
  final int[] nameTos = new int[MOST_VALUES];
  private final long[] value = new long[MOST_VALUES];
  private final int[] textFrom = new int[MOST_VALUES];
  private final int[] textTo = new int[MOST_VALUES];

  /** What tells its shape from others. */
  final byte[] signature = new byte[MOST_SIGNATURE];

  int signatureEnd;

  EventReader(Shapes shapes) {
    this.shapes = shapes;
    record.b = out;
  }

  /**
   * Reads the event that is the field in hand into {@link #record}, but for CPU and place.
   *
   * @throws IOException when it is none
   */
  void read(byte[] bytes, Message in) throws IOException {
    begin(bytes);
    boolean timed = false;
    in.enter();
    while (in.next()) {
      if (in.isNumber(TIMESTAMP)) {
        record.time = in.number;
        timed = true;
      } else if (in.isNumber(PID)) {
        record.pid = (int) in.number;
      } else if (in.wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        body(in);
      }
    }
    in.leave();
    if (!timed) {
      throw new InvalidProtocolBufferException("an event without a time");
    }
    finish();
  }

  private void begin(byte[] bytes) {
    b = bytes;
    record.time = 0;
    record.pid = -1;
    event = 0;
    nameFrom = 0;
    nameTo = 0;
    isReturn = false;
    values = 0;
    signatureEnd = 0;
  }

  private void body(Message in) throws IOException {
    event = in.field;
    in.enter();
    while (in.next()) {
      if (event == FtraceMessages.GENERIC) {
        generic(in);
      } else if (event == FtraceMessages.KPROBE) {
        kprobe(in);
      } else {
        add(in.field, in.wire, in.number, in.from, in.to);
      }
    }
    in.leave();
  }

  /** GenericFtraceEvent: event_name 1, field 2 with name 1 and str_value 3, int_value 4 or uint_value 5. */
  private void generic(Message in) throws IOException {
    if (in.isBytes(1)) {
      named(in);
    } else if (in.isBytes(2)) {
      int keyFrom = 0;
      int keyTo = 0;
      in.enter();
      while (in.next()) {
        if (in.isBytes(1)) {
          keyFrom = in.from;
          keyTo = in.to;
        } else {
          add(in.field, in.wire, in.number, in.from, in.to);
          nameFroms[values - 1] = keyFrom;
          nameTos[values - 1] = keyTo;
        }
      }
      in.leave();
    }
  }

  /** KprobeEvent: name 1, type 2, of which 2 is the function's end. */
  private void kprobe(Message in) {
    if (in.isBytes(1)) {
      named(in);
    } else if (in.isNumber(2)) {
      isReturn = in.number == 2;
    }
  }

  private void named(Message in) {
    nameFrom = in.from;
    nameTo = in.to;
  }

  private void add(int field, int wire, long number, int from, int to) throws IOException {
    if (values == MOST_VALUES) {
      throw new InvalidProtocolBufferException("an event of more than %d values".formatted(MOST_VALUES));
    }
    fields[values] = field;
    wires[values] = wire;
    nameFroms[values] = 0;
    nameTos[values] = 0;
    value[values] = number;
    textFrom[values] = from;
    textTo[values] = to;
    values++;
  }

  boolean isText(int i) {
    return wires[i] == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  String text(int from, int to) {
    return new String(b, from, to - from, StandardCharsets.UTF_8);
  }

  private void finish() throws IOException {
    sign(event);
    sign(nameFrom, nameTo);
    sign(isReturn ? 1 : 0);
    for (int i = 0; i < values; i++) {
      sign(fields[i] << 3 | wires[i]);
      sign(nameFroms[i], nameTos[i]);
    }
    write(shapes.type(this));
  }

  private void sign(int number) throws IOException {
    if (signatureEnd + Integer.BYTES > MOST_SIGNATURE) {
      throw new InvalidProtocolBufferException("an event of too long names");
    }
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      signature[signatureEnd++] = (byte) (number >> shift);
    }
  }

  private void sign(int from, int to) throws IOException {
    int length = to - from;
    sign(length);
    if (signatureEnd + length > MOST_SIGNATURE) {
      throw new InvalidProtocolBufferException("an event of too long names");
    }
    System.arraycopy(b, from, signature, signatureEnd, length);
    signatureEnd += length;
  }

  private void write(int type) throws IOException {
    numbers.putShort(0, (short) type).putShort(2, (short) 0).putInt(4, record.pid);
    int at = COMMON_BYTES;
    int behind = COMMON_BYTES;
    for (int i = 0; i < values; i++) {
      behind += isText(i) ? Integer.BYTES : Long.BYTES;
    }
    for (int i = 0; i < values; i++) {
      if (isText(i)) {
        int length = textTo[i] - textFrom[i];
        if (length > MOST_RECORD - behind) {
          throw new InvalidProtocolBufferException("a text of %d bytes".formatted(length));
        }
        numbers.putInt(at, length << Short.SIZE | behind);
        System.arraycopy(b, textFrom[i], out, behind, length);
        behind += length;
        at += Integer.BYTES;
      } else {
        numbers.putLong(at, value[i]);
        at += Long.BYTES;
      }
    }
    record.from = 0;
    record.to = behind;
  }

  /** Begins a switch or wake-up that is not written as an event, of a task. */
  void begin(byte[] bytes, int number, long time, int pid) {
    begin(bytes);
    event = number;
    record.time = time;
    record.pid = pid;
  }

  /** Adds a number to it. */
  void number(int field, long of) throws IOException {
    add(field, WireFormat.WIRETYPE_VARINT, of, 0, 0);
  }

  /** Adds a text to it. */
  void text(int field, int from, int to) throws IOException {
    add(field, WireFormat.WIRETYPE_LENGTH_DELIMITED, 0, from, to);
  }

  /** Ends it: it is in {@link #record}. */
  void end() throws IOException {
    finish();
  }
}
