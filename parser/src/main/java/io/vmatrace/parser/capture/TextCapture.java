package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Compression;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LineFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A capture in text, from a file or standard input, compressed or not: decoded in parallel, handed over in order. */
final class TextCapture implements Capture {
  private static final List<LineFormat> FORMATS = List.of(Layout.values());
  private static final int LOOKED_AT_FIRST = 4 << 10;
  private static final int LOOKED_AT_MOST = 1 << 20;

  private final String path;
  private final CaptureLimits limits;
  private final EventNames names;
  private final Path file;
  private final boolean temporary;
  private final Input input;
  private final Chunks chunks;
  private final Chunk first;
  private final HeaderFacts header = new HeaderFacts();
  private final LineFormat format;
  private final ImportStats stats = new ImportStats();

  TextCapture(String path, CaptureLimits limits, EventNames names, Path file, boolean temporary, Input input) throws CaptureException {
    this.path = path;
    this.limits = limits;
    this.names = names;
    this.file = file;
    this.temporary = temporary;
    this.input = input;
    chunks = new Chunks(input);
    first = new Chunk(limits.chunkBytes());
    chunks.next(first);
    header.read(first.bytes, first.length);
    format = recognise();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String format() {
    return format.format();
  }

  @Override
  public String ground() {
    return format.ground();
  }

  @Override
  public @Nullable String compression() {
    Compression compression = input.compression();
    return compression == null ? null : compression.text();
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException {
    try (Decoding decoding = new Decoding(format, limits, names, raw, input, chunks)) {
      decoding.run(first, stats, wantsMore, progress);
    }
  }

  @Override
  public CaptureFacts facts() {
    return new CaptureFacts(
        header.release(),
        null,
        stats.hasTicks() && !stats.hasSeconds() ? ClockUnit.TICKS : ClockUnit.NANOSECONDS,
        header.cpus(),
        header.inBuffer(),
        header.written(),
        cutShort(),
        stats,
        true,
        Map.of());
  }

  private @Nullable String cutShort() {
    if (input.cutShort() != null) {
      return input.cutShort();
    }
    long events = stats.decoded() + stats.ignored() + stats.unknown() + stats.damaged();
    if (header.inBuffer() > events) {
      return "the header promises %d events and %d are here: the file is cut short".formatted(header.inBuffer(), events);
    }
    boolean open = stats.problems().stream().anyMatch(p -> p.stat() == ImportStat.CUT_SHORT);
    return open ? "the last line has no end: the file is cut short" : null;
  }

  @Override
  public EventDescriber describer() {
    LineDecoder decoder = format.decoder(limits.lineBytes(), names);
    return new EventDescriber() {
      @Override
      public EventDescription describe(EventBatch events, int i) {
        int from = events.rawFrom(i);
        return described(events, i, new String(events.raw(), from, events.rawTo(i) - from, StandardCharsets.UTF_8).strip());
      }

      @Override
      public EventDescription brief(EventBatch events, int i) {
        return described(events, i, "");
      }

      private EventDescription described(EventBatch events, int i, String text) {
        LineFacts facts = decoder.facts(events.raw(), events.rawFrom(i), events.rawTo(i));
        return new EventDescription(facts == null ? "" : facts.comm(), facts == null ? "" : facts.event(), text, Map.of());
      }
    };
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    if (ats.length == 0) {
      return List.of();
    }
    try (Input again = Input.open(path, file, limits)) {
      return new Quoting(format.decoder(limits.lineBytes(), names), limits, ats).read(new Chunks(again));
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read a second time: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    input.close();
    if (temporary) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // the system clears its temporary files
      }
    }
  }

  private LineFormat recognise() throws CaptureException {
    if (first.length == 0 && input.cutShort() != null) {
      throw new CaptureException(path, input.cutShort() + ", before anything in it can be read; copy the file again");
    }
    ForeignFormat foreign = ForeignFormat.sniff(first.bytes, first.length).orElse(null);
    if (foreign != null) {
      throw new CaptureException(path, "this is " + foreign.text());
    }
    for (int i = 0; i < Math.min(first.length, 4096); i++) {
      if (first.bytes[i] == 0) {
        throw new CaptureException(path, "is binary, and of no format that this program knows");
      }
    }
    for (int looked = LOOKED_AT_FIRST; ; looked *= 16) {
      for (LineFormat candidate : FORMATS) {
        if (holdsEvents(candidate, Math.min(first.length, looked))) {
          return candidate;
        }
      }
      if (looked >= Math.min(first.length, LOOKED_AT_MOST)) {
        break;
      }
    }
    if (new String(first.bytes, 0, Math.min(first.length, 256), StandardCharsets.ISO_8859_1).startsWith("# tracer:")) {
      return Layout.COMMON; // a trace without an event
    }
    throw new CaptureException(
        path, "is not a trace: none of its lines is an event as the kernel's trace or trace_pipe prints it");
  }

  /** Whether a line among the first bytes is an event, or a marker, in a layout. */
  private boolean holdsEvents(LineFormat candidate, int looked) {
    LineDecoder decoder = candidate.decoder(limits.lineBytes(), names);
    EventBatch events = new EventBatch();
    ImportStats counts = new ImportStats();
    int end = looked == first.length ? looked : ByteScan.afterLastNewline(first.bytes, 0, looked);
    decoder.decode(first.bytes, 0, end, true, events, counts);
    return counts.decoded() + counts.ignored() + counts.unknown() + counts.lost() > 0;
  }
}
