package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.perf.PerfCapture;
import io.vmatrace.parser.perfetto.PerfettoCapture;
import io.vmatrace.parser.tracedat.TraceDat;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A binary format, and how to tell and to open it. A new one is one more entry of {@link #ALL}.
 *
 * @param magicBytes as many first bytes as {@code magic} wants to see
 * @param magic whether a file with these first bytes is of the format
 * @param opener opens it
 */
record CaptureFormat(int magicBytes, Predicate<byte[]> magic, Opener opener) {
  /** All of them; what begins like none is a text. */
  static final List<CaptureFormat> ALL =
      List.of(
          new CaptureFormat(
              TraceDat.MAGIC_BYTES,
              TraceDat::isBegunBy,
              (request, bytes, compression) -> TraceDat.open(bytes, compression, request.limits(), request.names())),
          new CaptureFormat(
              PerfCapture.MAGIC_BYTES,
              PerfCapture::isPerfData,
              (request, bytes, compression) -> new PerfCapture(request.path(), List.of(bytes), compression, request.limits(), request.names())),
          new CaptureFormat(
              PerfettoCapture.MAGIC_BYTES,
              PerfettoCapture::isBegunBy,
              (request, bytes, compression) -> new PerfettoCapture(request.path(), bytes, compression, request.limits(), request.names())));

  /** Opens a capture of a format that is known. */
  interface Opener {
    /**
     * Reads what is before the events.
     *
     * @param compression of the file as a whole, or null
     * @throws CaptureException when that is damaged or cut short; then the caller closes the bytes
     */
    Capture open(OpenRequest request, FileBytes bytes, @Nullable String compression) throws CaptureException;
  }

  /** The format of an input, or null when it is none of these. */
  static @Nullable CaptureFormat of(Input input) throws CaptureException {
    for (CaptureFormat format : ALL) {
      if (mayBegin(format, input) && format.magic.test(input.head(format.magicBytes))) {
        return format;
      }
    }
    return null;
  }

  /** Whether more than the first byte is worth waiting for: a text may come line by line. */
  private static boolean mayBegin(CaptureFormat format, Input input) throws CaptureException {
    if (format.magicBytes < PerfettoCapture.MAGIC_BYTES) {
      return true;
    }
    byte[] first = input.head(1);
    return first.length > 0 && PerfettoCapture.mayBegin(first[0]);
  }
}
