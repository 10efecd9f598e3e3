package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.FirstBytes;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.perf.PerfCapture;
import io.vmatrace.parser.perfetto.PerfettoCapture;
import io.vmatrace.parser.tracedat.TraceDat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binary format, and how to tell and to open it. A new one is one more entry of {@link #ALL}.
 *
 * @param first how its files begin
 * @param opener opens it
 */
record CaptureFormat(FirstBytes first, Opener opener) {
  /** All of them; what begins like none is a text. */
  static final List<CaptureFormat> ALL =
      List.of(
          new CaptureFormat(TraceDat.FIRST_BYTES, (request, bytes, compression) -> TraceDat.open(bytes, compression, request.limits(), request.names())),
          new CaptureFormat(
              PerfCapture.FIRST_BYTES,
              (request, bytes, compression) -> new PerfCapture(request.path(), List.of(bytes), compression, request.limits(), request.names())),
          new CaptureFormat(
              PerfettoCapture.FIRST_BYTES,
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
      if (format.first.areOf(input)) {
        return format;
      }
    }
    return null;
  }
}
