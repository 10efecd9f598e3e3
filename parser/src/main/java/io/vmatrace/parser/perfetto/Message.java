package io.vmatrace.parser.perfetto;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Arrays;

/** The fields of a protobuf message in bytes, one after the other, and those of the messages in it that are entered. */
final class Message {
  private static final int INITIAL_DEPTH = 4;

  private final CodedInputStream in;
  private final int base;

  /** Where the entered messages end, the innermost last, and the limits around them. */
  private int[] ends = new int[INITIAL_DEPTH];

  private int[] limits = new int[INITIAL_DEPTH];
  private int depth;

  /** Behind the field in hand, where its bytes have not been read. */
  private int behind;

  /** The number of the field in hand. */
  int field;

  /** How it is written: {@link WireFormat#WIRETYPE_VARINT} and the others. */
  int wire;

  /** Its value, where it is a number: as it is written, so that an int32 is sign-extended and a uint32 is not. */
  long number;

  /** Where its bytes begin, where it has some: a text, or a message. */
  int from;

  /** Where they end. */
  int to;

  /** That in [from, to) of some bytes. */
  Message(byte[] b, int from, int to) {
    in = CodedInputStream.newInstance(b, from, to - from);
    base = from;
    ends[0] = to;
  }

  /**
   * Moves to the next field; false behind the last one.
   *
   * @throws IOException when the bytes are no such message; the fields before have been read
   */
  boolean next() throws IOException {
    skipTo(behind);
    int tag = in.readTag();
    if (tag == 0) {
      return false;
    }
    field = WireFormat.getTagFieldNumber(tag);
    wire = tag & 7;
    switch (wire) {
      case WireFormat.WIRETYPE_VARINT -> number = in.readRawVarint64();
      case WireFormat.WIRETYPE_FIXED64 -> number = in.readRawLittleEndian64();
      case WireFormat.WIRETYPE_FIXED32 -> number = in.readRawLittleEndian32() & 0xffff_ffffL;
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> bytes();
      default -> {
        if (!in.skipField(tag)) {
          throw new InvalidProtocolBufferException("the end of a group that has not begun");
        }
      }
    }
    return true;
  }

  private void bytes() throws IOException {
    int length = in.readRawVarint32();
    from = at();
    if (length < 0 || length > ends[depth] - from) {
      throw new InvalidProtocolBufferException("a field of %d bytes where %d are left".formatted(length & 0xffff_ffffL, ends[depth] - from));
    }
    to = from + length;
    behind = to;
  }

  /** Where the next byte is. */
  int at() {
    return base + in.getTotalBytesRead();
  }

  /** Whether the field in hand has this number and bytes. */
  boolean isBytes(int wanted) {
    return field == wanted && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** Whether the field in hand has this number and is a number. */
  boolean isNumber(int wanted) {
    return field == wanted && wire == WireFormat.WIRETYPE_VARINT;
  }

  /** Goes into the message that the field in hand is. */
  void enter() throws IOException {
    behind = 0;
    if (depth + 1 == ends.length) {
      ends = Arrays.copyOf(ends, ends.length * 2);
      limits = Arrays.copyOf(limits, limits.length * 2);
    }
    limits[depth] = in.pushLimit(to - from);
    ends[++depth] = to;
  }

  /** Goes on behind the message that was entered last. */
  void leave() throws IOException {
    skipTo(ends[depth]);
    in.popLimit(limits[--depth]);
    behind = 0;
  }

  private void skipTo(int place) throws IOException {
    int ahead = place - at();
    if (ahead > 0) {
      in.skipRawBytes(ahead);
    }
  }
}
