package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureForm;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.FirstBytes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trace.dat of trace-cmd, of version 6 or 7.
 *
 * <p>Each byte of the file is counted once. Where the file is compressed inside, the bytes of a CPU's compressed pages are shared out
 * in the proportion in which what was in them is counted; and an event's offset is that of its compressed chunk.
 */
public final class TraceDat {
  /** The name of the format. */
  public static final String FORMAT = "trace.dat";

  /** How one begins, or what there is of one that is cut short there. */
  public static final FirstBytes FIRST_BYTES = new FirstBytes(DatHeader.MAGIC.length, TraceDat::mayBegin, head -> head.length >= 3 && mayBegin(head));

  private TraceDat() {}

  /** Three bytes come before the word "tracing", which no text has. */
  private static boolean mayBegin(byte[] head) {
    return Arrays.equals(head, 0, head.length, DatHeader.MAGIC, 0, head.length);
  }

  /**
   * Reads what comes before the events.
   *
   * @param compression of the file as a whole, or null
   * @throws CaptureException when the file is damaged or cut short there
   */
  public static Capture open(FileBytes file, @Nullable String compression, CaptureLimits limits, EventNames names) throws CaptureException {
    DatHeader header = DatHeader.read(file);
    Recording recording = new Recording(header.numbers(), names);
    DatAreas areas = new DatAreas(file);
    recording.detail("version", Integer.toString(header.version()));
    if (header.version() == 6) {
      DatV6.read(file, header, recording, areas);
    } else {
      DatV7.read(file, header, recording, areas);
    }
    areas.into(recording, new DatReader(file, header.numbers(), header.end()));
    if (file.cutShort() != null) {
      recording.cutShort = file.cutShort();
    }
    recording.records.functions().release(recording.release);
    recording.leaveOutOtherClocks();
    String ground = "begins with the magic of trace-cmd, version " + header.version();
    return new RingCapture(new CaptureForm(file.path(), FORMAT, ground, compression), recording, List.of(file), limits);
  }

  /** trace-cmd keeps what latency tracers recorded as text. */
  static CaptureException latency(FileBytes file) {
    return new CaptureException(
        file.path(),
        "this trace.dat holds the text of a latency tracer and no events: turn it into text with `trace-cmd report -i FILE > trace.txt` and check that");
  }
}
