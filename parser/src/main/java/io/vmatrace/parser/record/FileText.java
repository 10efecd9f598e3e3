package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers and texts of a file, one after the other, up to an end. A size in the file counts only once its bytes are there. */
final class FileText {
  private static final int LONGEST_STRING = 4 << 10;

  private final FileBytes file;
  private final long end;
  private final byte[] number = new byte[Long.BYTES];
  private Numbers numbers = Numbers.LITTLE_ENDIAN;
  private long at;
  private int textBytes;

  FileText(FileBytes file, long from, long end) {
    this.file = file;
    this.at = from;
    this.end = Math.min(end, file.size());
  }

  /** The byte order of what follows. */
  void numbers(Numbers order) {
    numbers = order;
  }

  /** Where the next byte is. */
  long at() {
    return at;
  }

  /** Bytes of all texts so far. */
  int textBytes() {
    return textBytes;
  }

  int u8() throws CaptureException {
    read(number, 1);
    return number[0] & 0xff;
  }

  long u32() throws CaptureException {
    read(number, Integer.BYTES);
    return numbers.u32(number, 0);
  }

  long u64() throws CaptureException {
    read(number, Long.BYTES);
    return numbers.u64(number, 0);
  }

  /** Text of a length. */
  String text(long size, int most) throws CaptureException {
    if (size < 0 || size > end - at || size > most) {
      throw broken("a text of %s bytes".formatted(Long.toUnsignedString(size)));
    }
    byte[] bytes = new byte[(int) size];
    read(bytes, bytes.length);
    textBytes += bytes.length;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Text up to a NUL. */
  String string() throws CaptureException {
    byte[] bytes = new byte[LONGEST_STRING];
    int n = file.read(at, bytes, 0, (int) Math.min(bytes.length, end - at));
    for (int i = 0; i < n; i++) {
      if (bytes[i] == 0) {
        at += i + 1;
        return new String(bytes, 0, i, StandardCharsets.UTF_8);
      }
    }
    throw broken("a name without an end");
  }

  void expect(byte[] wanted, String what) throws CaptureException {
    byte[] bytes = new byte[wanted.length];
    long from = at;
    read(bytes, bytes.length);
    if (!Arrays.equals(bytes, wanted)) {
      at = from;
      throw broken("no " + what);
    }
  }

  /** Skips bytes, and says where they were. */
  TracingData.Region skipped(long size) throws CaptureException {
    if (size > end - at) {
      throw broken("%d bytes".formatted(size));
    }
    TracingData.Region region = new TracingData.Region(at, size);
    at += size;
    return region;
  }

  private void read(byte[] into, int length) throws CaptureException {
    if (length > end - at || file.read(at, into, 0, length) < length) {
      throw broken("an end");
    }
    at += length;
  }

  private CaptureException broken(String what) {
    return new CaptureException(
        file.path(), "the formats of its events cannot be read: %s at byte %d, where they end at %d; copy it again or record anew".formatted(what, at, end));
  }
}
