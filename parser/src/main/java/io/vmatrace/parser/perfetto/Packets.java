package io.vmatrace.parser.perfetto;

import com.google.protobuf.WireFormat;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Parts;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * The packets of a trace, at any place: each is a field 1 of the message that the file is ({@code repeated TracePacket packet = 1},
 * protos/perfetto/trace/trace.proto). Packets may be compressed, several in one.
 */
final class Packets {
  static final int PACKET = 1;
  static final int BUNDLE = 1;
  static final int PROCESS_TREE = 2;
  static final int CLOCK_SNAPSHOT = 6;
  static final int SEQUENCE = 10;
  static final int TRACE_CONFIG = 33;
  static final int FTRACE_STATS = 34;
  static final int TRACE_STATS = 35;
  static final int DROPPED = 42;
  static final int SYSTEM_INFO = 45;
  static final int ZLIB = 50;
  static final int FIRST_OF_SEQUENCE = 87;
  static final int MACHINE = 98;
  static final int ZSTD = 133;

  /** The first byte of each. */
  static final byte TAG = PACKET << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** The highest number of a field of a packet: extensions go up to 1999 (trace_packet.proto). */
  private static final int MOST_FIELD = 1_999;

  /** Fields of a packet that are numbers: trusted_uid, timestamp, trusted_packet_sequence_id, sequence_flags (protos/perfetto/trace/trace_packet.proto). */
  private static final Set<Integer> NUMBERS = Set.of(3, 8, 10, 13);

  /** Tag and length. */
  private static final int HEAD = 6;

  /** A packet that the service wrote has some MB at the most, and 512 KB where it is compressed (trace_packet.proto). */
  private static final int MOST_BYTES = 64 << 20;

  /** What the service writes every ten seconds, so that a reader that is lost finds its way (synchronization_marker, trace_packet.proto). */
  private static final byte[] MARKER = {
    (byte) 0x82, 0x47, 0x7a, 0x76, (byte) 0xb2, (byte) 0x8d, 0x42, (byte) 0xba, (byte) 0x81, (byte) 0xdc, 0x33, 0x32, 0x6d, 0x57, (byte) 0xa0, 0x79
  };

  private static final int WINDOW = 64 << 10;

  /** What is at a place. */
  enum Found {
    PACKET,
    /** The file ends before the packet does. */
    CUT,
    /** Something else. */
    NOTHING
  }

  /** What a compressed packet may have inside. */
  private static final int MOST_UNPACKED = 16 << 20;

  private final FileBytes file;
  private final Parts parts;

  /** The packet in hand is in [from, to). */
  byte[] b = new byte[WINDOW];

  int from;
  int to;

  /** Behind it in the file. */
  long end;

  Packets(FileBytes file, CaptureLimits limits) {
    this.file = file;
    parts = new Parts(limits);
  }

  long fileBytes() {
    return file.size();
  }

  /** Reads the packet at a place. */
  Found read(long at) throws CaptureException {
    int head = file.read(at, b, 0, HEAD);
    int i = 1;
    long length = 0;
    boolean more = true;
    for (int shift = 0; more && i < head && shift < Integer.SIZE; shift += 7) {
      length |= (long) (b[i] & 0x7f) << shift;
      more = b[i++] < 0;
    }
    if (head == 0 || b[0] != TAG || more && head == HEAD || length > MOST_BYTES) {
      return Found.NOTHING;
    }
    if (more || length > file.size() - at - i) {
      return Found.CUT;
    }
    from = i;
    to = i + (int) length;
    end = at + to;
    if (to > b.length) {
      b = new byte[Math.max(to, Math.min(b.length * 2, MOST_BYTES + HEAD))];
    }
    file.read(at, b, 0, to);
    return Found.PACKET;
  }

  /** Where packets begin again behind a place where there is none: after a marker; or the end of the file. */
  long resume(long place) throws CaptureException {
    byte[] window = new byte[WINDOW];
    for (long at = place; at < file.size(); at += WINDOW - MARKER.length) {
      int length = file.read(at, window, 0, WINDOW);
      for (int i = 0; i + MARKER.length < length; i++) {
        if (window[i] == MARKER[0] && Arrays.equals(window, i, i + MARKER.length, MARKER, 0, MARKER.length) && window[i + MARKER.length] == TAG) {
          return at + i + MARKER.length;
        }
      }
    }
    return file.size();
  }

  /**
   * What a compressed part of the packet in hand has inside: packets as in the file.
   *
   * @throws IOException when it is damaged, or larger than such a part can be
   */
  byte[] unpack(int field, int begin, int behind) throws IOException {
    return field == ZSTD ? parts.unzstd(b, begin, behind, MOST_UNPACKED) : parts.inflate(b, begin, behind, MOST_UNPACKED);
  }

  /** Whether a file with these first bytes is such a trace: the packets in them must be ones, with a byte that no text has. */
  static boolean isBegunBy(byte[] head) {
    return head.length > 0 && mayBegin(head) && hasBinary(head);
  }

  /** Whether the packets in a file's first bytes are ones, down to their fields' ends. */
  static boolean mayBegin(byte[] head) {
    int at = 0;
    while (at < head.length) {
      int behind = plausible(head, at);
      if (behind < 0) {
        return false;
      }
      at = behind;
    }
    return true;
  }

  private static boolean hasBinary(byte[] head) {
    for (byte c : head) {
      if (c >= 0 && c < ' ' && c != '\n' && c != '\t' && c != '\r') {
        return true;
      }
    }
    return false;
  }

  /** Where the packet at a place ends, which may be behind these bytes; negative when there is none. */
  private static int plausible(byte[] head, int at) {
    if (head[at] != TAG) {
      return -1;
    }
    long length = 0;
    int i = at + 1;
    for (int shift = 0; ; shift += 7) {
      if (i == head.length) {
        return i; // all there is of it is right
      }
      length |= (long) (head[i] & 0x7f) << shift;
      if (head[i++] >= 0) {
        break;
      }
      if (shift > 21) {
        return -1;
      }
    }
    if (length < 2 || length > MOST_BYTES) {
      return -1;
    }
    return isPlausible(head, i, i + (int) length) ? i + (int) length : -1;
  }

  /** Whether a message in [from, to), of which the end may be missing, has no field that a packet has not. */
  private static boolean isPlausible(byte[] head, int from, int to) {
    int end = Math.min(to, head.length);
    Message fields = new Message(head, from, end);
    try {
      while (fields.next()) {
        if (!isOfPacket(fields)) {
          return false;
        }
      }
      return true;
    } catch (IOException _) {
      return end < to && isOfPacket(fields);
    }
  }

  /** No message of Perfetto has a group, and others have texts where a packet has numbers: other protobufs begin with a field 1 too. */
  private static boolean isOfPacket(Message fields) {
    if (NUMBERS.contains(fields.field) && fields.wire != WireFormat.WIRETYPE_VARINT) {
      return false;
    }
    return fields.field <= MOST_FIELD && fields.wire != WireFormat.WIRETYPE_START_GROUP && fields.wire != WireFormat.WIRETYPE_END_GROUP;
  }
}
