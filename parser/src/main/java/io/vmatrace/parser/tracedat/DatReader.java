package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what a trace.dat says of itself, one number or text after the other, from the file or from a section that was decompressed. */
final class DatReader {
  /** Longest name or version. */
  private static final int MOST_NAME_BYTES = 4 << 10;

  private static final int STEP = 64 << 10;

  /** Most bytes of one thing that is kept in memory: many times the formats of all events of a kernel. */
  static final int MOST_BYTES = 32 << 20;

  private final FileBytes file;

  /** The section's bytes, or null when the file itself is read. */
  private final byte @Nullable [] section;

  /** Where the section is in the file, for messages. */
  private final long sectionAt;

  private final Numbers numbers;
  private final byte[] word = new byte[Long.BYTES];
  private long at;

  /** Reads the file from a place on. */
  DatReader(FileBytes file, Numbers numbers, long at) {
    this(file, numbers, at, null, 0);
  }

  /** Reads a section that was at a place of the file. */
  DatReader(FileBytes file, Numbers numbers, byte[] section, long sectionAt) {
    this(file, numbers, 0, section, sectionAt);
  }

  private DatReader(FileBytes file, Numbers numbers, long at, byte @Nullable [] section, long sectionAt) {
    this.file = file;
    this.numbers = numbers;
    this.at = at;
    this.section = section;
    this.sectionAt = sectionAt;
  }

  Numbers numbers() {
    return numbers;
  }

  /** Where the next byte is, in the file or in the section. */
  long at() {
    return at;
  }

  /** Goes to a place. */
  void at(long place) {
    at = place;
  }

  /** Bytes from here to the end. */
  long left() {
    return (section != null ? section.length : file.size()) - at;
  }

  int u8() throws CaptureException {
    fill(word, 1);
    return word[0] & 0xff;
  }

  int u16() throws CaptureException {
    fill(word, Short.BYTES);
    return numbers.u16(word, 0);
  }

  long u32() throws CaptureException {
    fill(word, Integer.BYTES);
    return numbers.u32(word, 0);
  }

  long u64() throws CaptureException {
    fill(word, Long.BYTES);
    return numbers.u64(word, 0);
  }

  /** Characters up to a NUL. */
  String name() throws CaptureException {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    for (int c; (c = u8()) != 0; ) {
      if (name.size() == MOST_NAME_BYTES) {
        throw corrupt("a name of more than %d bytes".formatted(MOST_NAME_BYTES));
      }
      name.write(c);
    }
    return name.toString(StandardCharsets.UTF_8);
  }

  /** As many bytes as a file says, if it has them. */
  byte[] bytes(long count) throws CaptureException {
    if (count < 0 || count > MOST_BYTES && count <= left()) {
      throw corrupt("%s bytes of one thing".formatted(Long.toUnsignedString(count)));
    }
    if (count > left()) {
      throw cut();
    }
    byte[] bytes = new byte[(int) count];
    fill(bytes, bytes.length);
    return bytes;
  }

  String text(long bytes) throws CaptureException {
    return new String(bytes(bytes), StandardCharsets.UTF_8);
  }

  /** Passes over bytes. */
  void skip(long count) throws CaptureException {
    if (count < 0 || count > left()) {
      throw cut();
    }
    at += count;
  }

  private void fill(byte[] into, int count) throws CaptureException {
    if (left() < count || at < 0) {
      throw cut();
    }
    if (section != null) {
      System.arraycopy(section, (int) at, into, 0, count);
    } else {
      for (int from = 0; from < count; from += STEP) {
        if (file.read(at + from, into, from, Math.min(count, from + STEP)) < Math.min(STEP, count - from)) {
          throw cut();
        }
      }
    }
    at += count;
  }

  private CaptureException cut() {
    return section != null
        ? corrupt("a section that ends too early")
        : new CaptureException(
            file.path(), "this trace.dat is cut short at byte %d, before its events; copy the whole file".formatted(file.size()));
  }

  /** The file says what cannot be. */
  CaptureException corrupt(String what) {
    return new CaptureException(
        file.path(), "this trace.dat is damaged at byte %d: %s; copy the file again or record anew".formatted(section != null ? sectionAt : at, what));
  }
}
