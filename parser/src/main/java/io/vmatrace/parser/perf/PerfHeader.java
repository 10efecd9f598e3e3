package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.FirstBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a perf.data: where everything is (tools/perf/util/header.h struct perf_file_header, struct perf_pipe_file_header).
 *
 * @param numbers byte order of the machine that made it
 * @param piped whether it was written to a pipe: then records follow at once, and they say what else there is to know
 * @param size bytes of the header
 * @param attrSize bytes of an entry among the attributes
 * @param attrs the attributes
 * @param data the records; of size 0 when the recording did not end properly
 * @param features the feature sections that are there, by number
 */
record PerfHeader(Numbers numbers, boolean piped, int size, int attrSize, Section attrs, Section data, BitSet features) {
  private static final byte[] MAGIC = "PERFILE2".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAGIC_SWAPPED = "2ELIFREP".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAGIC_1 = "PERFFILE".getBytes(StandardCharsets.US_ASCII);

  /** How one begins. */
  static final FirstBytes FIRST_BYTES = FirstBytes.of(MAGIC, MAGIC_SWAPPED, MAGIC_1);

  private static final int PIPE_BYTES = 16;
  private static final int FILE_BYTES = 104;

  /** Before there were features (header.c perf_file_header__read(): offsetof(adds_features)). */
  private static final int FILE_BYTES_WITHOUT_FEATURES = 72;

  private static final int SMALLEST_ATTR = PerfAttr.SMALLEST + Section.BYTES;
  private static final int LARGEST_ATTR = 4 << 10;

  /** Bytes of the file. */
  record Section(long from, long size) {
    static final int BYTES = 16;

    /** Its end; meaningful once it has been checked. */
    long to() {
      return from + size;
    }

    static Section of(Numbers numbers, byte[] b, int at) {
      return new Section(numbers.u64(b, at), numbers.u64(b, at + Long.BYTES));
    }

    boolean isSound() {
      return from >= 0 && size >= 0 && from + size >= 0;
    }
  }

  private static @Nullable Numbers order(byte[] head) {
    return starts(head, MAGIC) ? Numbers.LITTLE_ENDIAN : starts(head, MAGIC_SWAPPED) ? Numbers.BIG_ENDIAN : null;
  }

  private static boolean starts(byte[] head, byte[] magic) {
    return head.length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }

  /**
   * Reads the header.
   *
   * @throws CaptureException when it cannot be one; the message says where
   */
  static PerfHeader read(FileBytes file) throws CaptureException {
    byte[] b = new byte[FILE_BYTES];
    int n = file.read(0, b, 0, b.length);
    Numbers numbers = order(b);
    if (numbers == null) {
      throw new CaptureException(
          file.path(), "is a perf.data of before Linux 3.4 (PERFFILE): record anew, or turn it into text with the perf script of its time");
    }
    if (n < PIPE_BYTES) {
      throw new CaptureException(file.path(), "ends at byte %d, inside its header: copy it again or record anew".formatted(n));
    }
    long size = numbers.u64(b, 8);
    if (size == PIPE_BYTES) {
      return new PerfHeader(numbers, true, PIPE_BYTES, 0, new Section(PIPE_BYTES, 0), new Section(PIPE_BYTES, file.size() - PIPE_BYTES), new BitSet());
    }
    if (size != FILE_BYTES && size != FILE_BYTES_WITHOUT_FEATURES) {
      throw broken(file, 8, "a header of %s bytes".formatted(Long.toUnsignedString(size)));
    }
    if (n < size) {
      throw new CaptureException(file.path(), "ends at byte %d, inside its header: copy it again or record anew".formatted(n));
    }
    return fileHeader(file, numbers, b, (int) size);
  }

  private static PerfHeader fileHeader(FileBytes file, Numbers numbers, byte[] b, int size) throws CaptureException {
    long attrSize = numbers.u64(b, 16);
    if (attrSize < SMALLEST_ATTR || attrSize > LARGEST_ATTR || attrSize % Long.BYTES != 0) {
      throw broken(file, 16, "attributes of %s bytes".formatted(Long.toUnsignedString(attrSize)));
    }
    Section attrs = Section.of(numbers, b, 24);
    Section data = Section.of(numbers, b, 40);
    if (!attrs.isSound() || !data.isSound() || attrs.from() < size || data.from() < size) {
      throw broken(file, attrs.isSound() && attrs.from() >= size ? 40 : 24, "a section where none can be");
    }
    BitSet features = size == FILE_BYTES ? features(numbers, b) : new BitSet();
    return new PerfHeader(numbers, false, size, (int) attrSize, attrs, data, features);
  }

  /** 256 bits in longs of the machine, of 8 or 4 bytes; every file has its host's name (header.c perf_file_header__read()). */
  private static BitSet features(Numbers numbers, byte[] b) {
    BitSet features = bits(numbers, b, Long.BYTES);
    return features.get(PerfFeatures.HOSTNAME) ? features : bits(numbers, b, Integer.BYTES);
  }

  private static BitSet bits(Numbers numbers, byte[] b, int width) {
    BitSet bits = new BitSet();
    for (int bit = 0; bit < (FILE_BYTES - FILE_BYTES_WITHOUT_FEATURES) * Byte.SIZE; bit++) {
      long word = numbers.read(b, FILE_BYTES_WITHOUT_FEATURES + bit / (width * Byte.SIZE) * width, width, false);
      bits.set(bit, (word >>> bit % (width * Byte.SIZE) & 1) != 0);
    }
    return bits;
  }

  private static CaptureException broken(FileBytes file, int at, String what) {
    return new CaptureException(file.path(), "has a broken header: %s at byte %d; copy it again or record anew".formatted(what, at));
  }
}
