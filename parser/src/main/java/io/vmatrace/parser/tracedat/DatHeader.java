package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a trace.dat (trace-cmd's Documentation/trace-cmd/trace-cmd.dat.v6.5.txt, …v7.5.txt): magic, version, byte order,
 * size of the kernel's long, size of the machine's page.
 *
 * @param end where the header ends
 */
record DatHeader(int version, Numbers numbers, int longBytes, long pageBytes, long end) {
  static final byte[] MAGIC = "\u0017\bDtracing".getBytes(StandardCharsets.ISO_8859_1);

  static DatHeader read(FileBytes file) throws CaptureException {
    DatReader reader = new DatReader(file, Numbers.LITTLE_ENDIAN, 0);
    reader.skip(MAGIC.length);
    String version = reader.name();
    if (!version.equals("6") && !version.equals("7")) {
      throw reader.corrupt("version \"%s\", and only 6 and 7 are known".formatted(printable(version)));
    }
    int order = reader.u8();
    int longBytes = reader.u8();
    if (order > 1 || longBytes != Integer.BYTES && longBytes != Long.BYTES) {
      throw reader.corrupt("byte order %d and a long of %d bytes".formatted(order, longBytes));
    }
    Numbers numbers = order == 1 ? Numbers.BIG_ENDIAN : Numbers.LITTLE_ENDIAN;
    long pageBytes = new DatReader(file, numbers, reader.at()).u32();
    return new DatHeader(Integer.parseInt(version), numbers, longBytes, pageBytes, reader.at() + Integer.BYTES);
  }

  private static String printable(String text) {
    return text.codePoints().limit(20).map(c -> c < ' ' || c > '~' ? '?' : c).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
