package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.FileBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads version 7: a chain of options, which say where the other sections are (lib/trace-cmd/trace-input.c read_headers(),
 * handle_options(), handle_buffer_option()).
 */
final class DatV7 {
  private static final int COMPRESSED = 1;
  private static final int HEAD_BYTES = 16;

  /** Most decompressed bytes per byte that are believed. */
  private static final int EXPANSION = 2_000;

  private final FileBytes file;
  private final DatHeader header;
  private final Recording recording;
  private final DatAreas areas;
  private final DatReader in;
  private BlockCompression compression = BlockCompression.NONE;

  /** Sections by their ids, and the options of buffers with where they were. */
  private final Map<Integer, Long> sections = new LinkedHashMap<>();

  private final Map<Long, byte[]> buffers = new LinkedHashMap<>();

  /** Where the sections with events are that the options tell of. */
  private final Set<Long> listed = new HashSet<>();

  /** Where the last options are that are whole. */
  private long lastOptions;

  private boolean hasText;

  private DatV7(FileBytes file, DatHeader header, Recording recording, DatAreas areas) {
    this.file = file;
    this.header = header;
    this.recording = recording;
    this.areas = areas;
    in = new DatReader(file, header.numbers(), header.end());
  }

  static void read(FileBytes file, DatHeader header, Recording recording, DatAreas areas) throws CaptureException {
    new DatV7(file, header, recording, areas).read();
  }

  private void read() throws CaptureException {
    compression();
    options();
    if (!sections.containsKey(DatOptions.HEADER_INFO)) {
      throw in.corrupt("no section HEADER_INFO");
    }
    PageLayout layout = DatSections.headers(section(DatOptions.HEADER_INFO));
    if (sections.containsKey(DatOptions.TRACER_FORMATS)) {
      DatSections.tracerFormats(section(DatOptions.TRACER_FORMATS), recording);
    }
    if (sections.containsKey(DatOptions.EVENT_FORMATS)) {
      DatSections.eventFormats(section(DatOptions.EVENT_FORMATS), recording);
    }
    if (sections.containsKey(DatOptions.CMDLINES)) {
      DatSections.comms(section(DatOptions.CMDLINES), recording);
    }
    if (sections.containsKey(DatOptions.KALLSYMS)) {
      recording.symbols(() -> DatSections.symbols(section(DatOptions.KALLSYMS)));
    }
    for (Map.Entry<Long, byte[]> buffer : buffers.entrySet()) {
      buffer(new DatReader(file, recording.numbers, buffer.getValue(), buffer.getKey()), layout);
    }
    if (buffers.isEmpty() && hasText) {
      throw TraceDat.latency(file);
    }
    if (buffers.isEmpty() || recording.cutShort != null) {
      unlisted(layout);
    } else if (isLastSectionCut()) {
      recording.cutShort = "the file ends at byte %d, before its last section does: it is cut short".formatted(file.size());
    }
  }

  /** Looks for events of which no options were read that say where they are: they stand behind those that were read. */
  private void unlisted(PageLayout layout) throws CaptureException {
    boolean any = new UnlistedAreas(file, header, recording, layout, compression).find(lastOptions, listed, areas);
    if (!any && buffers.isEmpty()) {
      throw noEvents();
    }
    if (recording.cutShort == null) {
      recording.cutShort = "the file ends at byte %d, and trace-cmd was stopped before it had written where its events are".formatted(file.size());
    }
  }

  private CaptureException noEvents() {
    String why = recording.cutShort == null ? "trace-cmd was stopped before it had written them" : "the file is cut short";
    return new CaptureException(
        file.path(), "this trace.dat does not say where its events are, which the end of a file of version 7 does: %s at byte %d".formatted(why, file.size()));
  }

  private void compression() throws CaptureException {
    String name = in.name();
    String version = in.name();
    compression =
        Arrays.stream(BlockCompression.values())
            .filter(known -> known.text().equals(name))
            .findFirst()
            .orElseThrow(() -> in.corrupt("compression that is not none, zlib or zstd"));
    recording.detail("compression", (name + " " + version).strip());
  }

  /** Reads the chain of options from its first section on. */
  private void options() throws CaptureException {
    DatOptions options = new DatOptions(recording);
    Set<Long> seen = new HashSet<>();
    for (long at = in.u64(); at != 0; at = options(at, options)) {
      if (!seen.add(at)) {
        throw in.corrupt("options that come back to themselves");
      }
      if (!sections.isEmpty() && isCut(at)) {
        recording.cutShort = "the file ends at byte %d, before its last options do: it is cut short".formatted(file.size());
        return;
      }
      lastOptions = at;
    }
  }

  /** Behind the last options are the names of the sections, which nobody needs. */
  private boolean isLastSectionCut() throws CaptureException {
    in.at(lastOptions + HEAD_BYTES - Long.BYTES);
    long next = in.u64() + in.at();
    if (next < 0 || next > file.size() - HEAD_BYTES) {
      return false;
    }
    in.at(next);
    return in.u16() == DatOptions.STRINGS && isCut(next);
  }

  /** Whether the file ends before a section does. */
  private boolean isCut(long at) throws CaptureException {
    if (at < 0 || at > file.size() - HEAD_BYTES) {
      return true;
    }
    in.at(at + HEAD_BYTES - Long.BYTES);
    return in.u64() > in.left();
  }

  /** Reads one section of options; where the next one is, or 0. */
  private long options(long at, DatOptions options) throws CaptureException {
    DatReader section = section(at, DatOptions.DONE);
    while (true) {
      int id = section.u16();
      byte[] b = section.bytes(section.u32());
      DatReader option = new DatReader(file, recording.numbers, b, at);
      switch (id) {
        case DatOptions.DONE -> {
          return b.length < Long.BYTES ? 0 : option.u64();
        }
        case DatOptions.BUFFER -> buffers.put(at + section.at(), b);
        case DatOptions.BUFFER_TEXT -> hasText = true;
        case DatOptions.HEADER_INFO,
            DatOptions.TRACER_FORMATS,
            DatOptions.EVENT_FORMATS,
            DatOptions.KALLSYMS,
            DatOptions.CMDLINES -> sections.put(id, option.u64());
        default -> options.add(id, b, section);
      }
    }
  }

  private DatReader section(int id) throws CaptureException {
    return section(sections.getOrDefault(id, 0L), id);
  }

  /** The content of a section: u16 id, u16 flags, u32 name, u64 size, and when compressed u32 length and u32 decompressed length. */
  private DatReader section(long at, int id) throws CaptureException {
    in.at(at);
    int found = in.u16();
    int flags = in.u16();
    in.u32();
    long size = in.u64();
    if (found != id) {
      throw in.corrupt("section %d in place of %d".formatted(found, id));
    }
    if ((flags & COMPRESSED) == 0) {
      return new DatReader(file, recording.numbers, in.bytes(Math.min(size, in.left())), at);
    }
    long length = in.u32();
    long decompressed = in.u32();
    if (decompressed > DatReader.MOST_BYTES || decompressed > length * EXPANSION) {
      throw in.corrupt("a section of %d bytes that decompresses to %d".formatted(length, decompressed));
    }
    byte[] compressed = in.bytes(length);
    byte[] content = new byte[(int) decompressed];
    try {
      compression.decompress(compressed, compressed.length, content, content.length);
    } catch (IOException e) {
      throw in.corrupt("a section that cannot be decompressed: " + e.getMessage());
    }
    return new DatReader(file, recording.numbers, content, at);
  }

  /** u64 section, name, clock, u32 size of a page, u32 count, and for each CPU u32 CPU, u64 offset, u64 size. */
  private void buffer(DatReader option, PageLayout usual) throws CaptureException {
    long at = option.u64();
    listed.add(at);
    String name = option.name();
    String clock = option.name();
    long pageBytes = option.u32();
    long count = option.u32();
    if (count > 0) {
      in.at(at + Short.BYTES);
      boolean compressed = (in.u16() & COMPRESSED) != 0;
      PageLayout layout = layout(usual, pageBytes, option);
      for (long i = 0; i < count; i++) {
        DatAreas.Listed area = new DatAreas.Listed(option.u32(), option.u64(), option.u64());
        areas.add(name, area, layout, compressed ? compression : BlockCompression.NONE, option);
      }
    }
    recording.clockOf(name, clock);
  }

  private static PageLayout layout(PageLayout usual, long pageBytes, DatReader option) throws CaptureException {
    try {
      return pageBytes == 0 ? usual : usual.withPageBytes(pageBytes);
    } catch (IllegalArgumentException e) {
      throw option.corrupt(String.valueOf(e.getMessage()));
    }
  }
}
