package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads version 6: everything in a row, then where each CPU's pages are (lib/trace-cmd/trace-input.c read_headers_v6()). */
final class DatV6 {
  private static final int TAG_BYTES = 10;

  private final FileBytes file;
  private final Recording recording;
  private final DatAreas areas;
  private final DatReader in;

  /** The instances and where their areas are listed. */
  private final Map<String, Long> buffers = new LinkedHashMap<>();

  private DatV6(FileBytes file, DatHeader header, Recording recording, DatAreas areas) {
    this.file = file;
    this.recording = recording;
    this.areas = areas;
    in = new DatReader(file, header.numbers(), header.end());
  }

  static void read(FileBytes file, DatHeader header, Recording recording, DatAreas areas) throws CaptureException {
    new DatV6(file, header, recording, areas).read();
  }

  private void read() throws CaptureException {
    PageLayout layout = DatSections.headers(in);
    DatSections.tracerFormats(in, recording);
    DatSections.eventFormats(in, recording);
    long kallsyms = in.at();
    in.skip(in.u32());
    recording.symbols(() -> DatSections.symbols(new DatReader(file, recording.numbers, kallsyms)));
    in.skip(in.u32()); // the formats of trace_printk()
    DatSections.comms(in, recording);
    recording.cpus = DatOptions.cpus(in.u32(), in);
    areas("", layout);
    for (Map.Entry<String, Long> buffer : buffers.entrySet()) {
      in.at(buffer.getValue());
      areas(buffer.getKey(), layout);
    }
  }

  /** Where the pages of one buffer are, behind its options. */
  private void areas(String buffer, PageLayout layout) throws CaptureException {
    String tag = tag();
    if (tag.startsWith("options")) {
      options();
      tag = tag();
    }
    if (tag.startsWith("latency")) {
      throw TraceDat.latency(file);
    }
    if (!tag.startsWith("flyrecord")) {
      throw in.corrupt("neither options nor flyrecord");
    }
    for (int cpu = 0; cpu < recording.cpus; cpu++) {
      areas.add(buffer, new DatAreas.Listed(cpu, in.u64(), in.u64()), layout, BlockCompression.NONE, in);
    }
  }

  private String tag() throws CaptureException {
    return new String(in.bytes(TAG_BYTES), StandardCharsets.ISO_8859_1);
  }

  private void options() throws CaptureException {
    DatOptions options = new DatOptions(recording);
    for (int id; (id = in.u16()) != DatOptions.DONE; ) {
      byte[] b = in.bytes(in.u32());
      if (id == DatOptions.BUFFER) {
        DatReader option = new DatReader(file, recording.numbers, b, in.at() - b.length);
        long at = option.u64();
        buffers.put(option.name(), at);
      } else {
        options.add(id, b, in);
      }
    }
  }
}
