package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Compression;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LineFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A capture in text, from a file or standard input, compressed or not: decoded in parallel, handed over in order. */
final class TextCapture implements Capture {
  private static final byte[] MMAP_LOCK = "mmap_lock_".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MM = ": mm=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MEMCG_PATH = " memcg_path=".getBytes(StandardCharsets.US_ASCII);
  private static final int MEMCG_LOOKED_AT = 256 << 10;

  private final OpenRequest request;
  private final String path;
  private final CaptureLimits limits;
  private final EventNames names;
  private final Input input;
  private final Chunks chunks;
  private final Chunk first;
  private final HeaderFacts header = new HeaderFacts();
  private final LineFormat format;
  private final String ground;
  private final ImportStats stats = new ImportStats();
  private KernelLog log = KernelLog.NONE;
  private Waypoints waypoints = new Waypoints();

  TextCapture(OpenRequest request, Input input) throws CaptureException {
    this.request = request;
    path = request.path();
    limits = request.limits();
    names = request.names();
    this.input = input;
    chunks = new Chunks(input);
    first = new Chunk(limits.chunkBytes());
    TextFormats formats = new TextFormats(path, limits, names);
    formats.refuseWhatIsNoText(input);
    chunks.next(first);
    header.read(first);
    format = formats.recognise(first);
    ground = formats.ground();
    if (namesMemcgPaths()) {
      stats.memcgPath();
    }
  }

  /** Whether events of the mmap_lock name the paths of their memory cgroups, as the first one near the beginning shows. */
  private boolean namesMemcgPaths() {
    byte[] b = first.bytes;
    int to = Math.min(first.to, MEMCG_LOOKED_AT);
    for (int i = ByteScan.indexOf(b, first.from, to, MMAP_LOCK); i < to; i = ByteScan.indexOf(b, i + 1, to, MMAP_LOCK)) {
      int end = ByteScan.newline(b, i, to);
      if (ByteScan.contains(b, i, end, MM)) {
        return ByteScan.contains(b, i, end, MEMCG_PATH);
      }
    }
    return false;
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
    return ground;
  }

  @Override
  public @Nullable String compression() {
    Compression compression = input.compression();
    return compression == null ? null : compression.text();
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException {
    try (Decoding decoding = new Decoding(format, request, raw, chunks)) {
      try {
        decoding.run(first, stats, wantsMore, progress);
      } finally {
        log = decoding.log();
        waypoints = decoding.waypoints();
      }
    }
  }

  @Override
  public CaptureFacts facts() {
    return new CaptureFacts(
        release(),
        null,
        stats.hasTicks() && !stats.hasSeconds() ? ClockUnit.TICKS : ClockUnit.NANOSECONDS,
        header.cpus(),
        header.inBuffer(),
        header.written(),
        cutShort(),
        stats,
        true,
        log,
        Map.of());
  }

  private @Nullable String release() {
    String inHeader = header.release();
    return inHeader != null ? inHeader : log.release();
  }

  private @Nullable String cutShort() {
    if (input.cutShort() != null) {
      return input.cutShort();
    }
    long events = stats.decoded() + stats.ignored() + stats.unknown() + stats.damaged();
    if (header.inBuffer() > events && !format.isNumbered() && !input.isStopped()) {
      return "the header promises %d events and %d are here: the file is cut short, or lines were taken out".formatted(header.inBuffer(), events);
    }
    if (log.cutDump() && !input.isStopped()) {
      return "a dump of the trace has no end, the line of dashes: the log is cut short there, or the machine was reset";
    }
    if (log.cutHead()) {
      return "a dump of the trace has no beginning, the line \"Dumping ftrace buffer:\": what is before it in the log is cut off";
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
        int from = events.raw().from(i);
        return described(events, i, new String(events.raw().bytes(), from, events.raw().to(i) - from, StandardCharsets.UTF_8).strip());
      }

      @Override
      public EventDescription brief(EventBatch events, int i) {
        return described(events, i, "");
      }

      private EventDescription described(EventBatch events, int i, String text) {
        LineFacts facts = decoder.facts(events.raw().bytes(), events.raw().from(i), events.raw().to(i));
        return new EventDescription(facts == null ? "" : facts.comm(), facts == null ? "" : facts.event(), text, "", Map.of());
      }
    };
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    if (ats.length == 0) {
      return List.of();
    }
    try (Input again = Input.open(path, request.file(), limits)) {
      if (format.isNumbered()) {
        return numbered(ats, again);
      }
      boolean seekable = again.compression() == null && Files.isRegularFile(request.file());
      return new Quoting(format.decoder(limits.lineBytes(), names), limits, ats).read(new Chunks(again), seekable ? waypoints : new Waypoints());
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read a second time: " + e.getMessage(), e);
    }
  }

  private List<QuotedEvent> numbered(long[] ats, Input again) throws CaptureException {
    NumberedQuoting quoting = new NumberedQuoting(format.decoder(limits.lineBytes(), names), ats);
    decode(again, quoting::take);
    return quoting.quotes();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException {
    try (Input again = Input.open(path, request.file(), limits)) {
      decode(again, wantsMore);
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read a second time: " + e.getMessage(), e);
    }
  }

  private void decode(Input again, Predicate<EventBatch> wantsMore) throws CaptureException {
    Chunks chunksAgain = new Chunks(again);
    Chunk chunk = new Chunk(limits.chunkBytes());
    chunksAgain.next(chunk);
    try (Decoding decoding = new Decoding(format, request, true, chunksAgain)) {
      decoding.run(chunk, new ImportStats(), wantsMore, _ -> {});
    }
  }

  @Override
  public void close() {
    input.close();
    request.deleteCopy();
  }
}
