package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.ftrace.ConsoleFormat;
import io.vmatrace.parser.ftrace.FunctionGraph;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.ftrace.LogSigns;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Compression;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.perf.PerfScript;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LineFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A capture in text, from a file or standard input, compressed or not: decoded in parallel, handed over in order. */
final class TextCapture implements Capture {
  /** Candidates; where two of them read as many lines, the first is taken. */
  private static final List<LineFormat> FORMATS =
      Stream.<LineFormat[]>of(Layout.values(), PerfScript.values(), FunctionGraph.values()).<LineFormat>flatMap(Arrays::stream).toList();

  private static final byte[] MEMCG_PATH = " memcg_path=".getBytes(StandardCharsets.US_ASCII);
  private static final int MEMCG_LOOKED_AT = 256 << 10;

  /** Lines that nobody can read for each event: no capture is damaged so much. */
  private static final int LINES_OF_PROSE = 10;

  private static final int LOOKED_AT_FIRST = 4 << 10;
  private static final int LOOKED_AT_MOST = 1 << 20;

  private final OpenRequest request;
  private final String path;
  private final CaptureLimits limits;
  private final EventNames names;
  private final Input input;
  private final Chunks chunks;
  private final Chunk first;
  private final HeaderFacts header = new HeaderFacts();
  private final LineFormat format;
  private String ground = "";
  private final ImportStats stats = new ImportStats();
  private KernelLog log = KernelLog.NONE;

  TextCapture(OpenRequest request, Input input) throws CaptureException {
    this.request = request;
    path = request.path();
    limits = request.limits();
    names = request.names();
    this.input = input;
    chunks = new Chunks(input);
    first = new Chunk(limits.chunkBytes());
    refuseWhatIsNoText(input.head(LOOKED_AT_FIRST));
    chunks.next(first);
    header.read(first);
    format = recognise();
    if (namesMemcgPaths()) {
      stats.memcgPath();
    }
  }

  /** Whether events of the mmap_lock name the paths of their memory cgroups, as far as the beginning shows. */
  private boolean namesMemcgPaths() {
    for (int i = 0, last = Math.min(first.to, MEMCG_LOOKED_AT) - MEMCG_PATH.length; i <= last; i++) {
      if (first.bytes[i] == ' ' && first.bytes[i + 1] == 'm' && Ascii.startsWith(first.bytes, i, first.to, MEMCG_PATH)) {
        return true;
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
    return inHeader != null ? inHeader : log.reports().stream().map(ConsoleReport::release).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private @Nullable String cutShort() {
    if (input.cutShort() != null) {
      return input.cutShort();
    }
    long events = stats.decoded() + stats.ignored() + stats.unknown() + stats.damaged();
    if (header.inBuffer() > events && !format.isNumbered() && !input.isStopped()) {
      return "the header promises %d events and %d are here: the file is cut short, or lines were taken out".formatted(header.inBuffer(), events);
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
      return new Quoting(format.decoder(limits.lineBytes(), names), limits, ats).read(new Chunks(again));
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

  /** Looks at the first bytes, before anything looks for the end of a line. */
  private void refuseWhatIsNoText(byte[] head) throws CaptureException {
    if (head.length == 0 && input.isStopped()) {
      throw new CaptureException(path, "nothing of it had come when it was stopped");
    }
    if (head.length == 0 && input.cutShort() != null) {
      throw new CaptureException(path, input.cutShort() + ", before anything in it can be read; copy the file again");
    }
    if (ArchiveKind.sniff(head, head.length) != null) {
      throw new CaptureException(path, "this is an archive, in another one or from standard input: unpack it and hand over what is inside");
    }
    if (head.length == 0) {
      throw CaptureException.noCapture(path, "holds no trace: an HTML page has one in <script class=\"trace-data\">");
    }
    ForeignFormat foreign = ForeignFormat.sniff(head, head.length).orElse(null);
    if (foreign != null) {
      throw CaptureException.noCapture(path, "this is " + foreign.text());
    }
    boolean wide = head.length > 1 && (head[0] & 0xff ^ head[1] & 0xff) == 1 && (head[0] & head[1] & 0xfe) == 0xfe;
    if (wide) {
      throw CaptureException.noCapture(path, "is text in UTF-16, as PowerShell writes it: convert it (iconv -f UTF-16 -t UTF-8)");
    }
    int zeros = 0;
    for (byte b : head) {
      zeros += b == 0 ? 1 : 0;
    }
    if (zeros == head.length) {
      throw CaptureException.noCapture(path, "is binary, with zeros only to begin with: an archive without a file in it, or bytes that were never written");
    }
    if (zeros > 0) {
      throw CaptureException.noCapture(path, "is binary, and of no format that this program knows");
    }
  }

  private LineFormat recognise() throws CaptureException {
    String encoded = EncodedText.of(first.bytes, first.to);
    if (encoded != null) {
      throw CaptureException.noCapture(path, "this is " + encoded);
    }
    Choice found = byEvents();
    if (isLog(found)) {
      ground = ConsoleFormat.KERNEL_LOG.ground();
      return ConsoleFormat.KERNEL_LOG;
    }
    if (found != null && !found.isProse()) {
      ground = "%s (%d of the first %d lines, and no other format reads more)".formatted(found.format().ground(), found.read(), found.lines());
      return found.format();
    }
    if (new String(first.bytes, first.from, Math.min(first.to - first.from, 256), StandardCharsets.ISO_8859_1).startsWith("# tracer:")) {
      ground = "the first line, # tracer:, of a trace without an event";
      return Layout.COMMON;
    }
    String few = found == null ? "none" : "only %d".formatted(found.events());
    throw CaptureException.noCapture(path, "is not a trace: %s of its lines %s as the kernel, trace-cmd report or perf script prints it".formatted(few, few.equals("only 1") || found == null ? "is an event" : "are events"));
  }

  /** Whether the lines are a kernel's log, whatever else reads some of them; a dump in a log has the latency layout. */
  private boolean isLog(@Nullable Choice found) {
    if (found == null) {
      return LogSigns.in(first.bytes, first.from, first.to).isLog();
    }
    boolean dump = found.format() == Layout.LATENCY || found.format() == Layout.VERBOSE;
    if (!dump && found.read() == found.lines() && found.known() > 0) {
      return false;
    }
    LogSigns signs = LogSigns.in(first.bytes, first.from, dump ? first.to : found.looked());
    return dump ? signs.isLog() : signs.outweighs(found.known(), found.events(), found.lines());
  }

  private @Nullable Choice byEvents() {
    for (int looked = LOOKED_AT_FIRST; ; looked *= 16) {
      Choice best = choose(Math.min(first.to, looked));
      boolean last = looked >= Math.min(first.to, LOOKED_AT_MOST);
      if (best != null && (last || best.read() == best.lines())) {
        return best;
      }
      if (last) {
        return null;
      }
    }
  }

  /**
   * How many of the lines in the first {@code looked} bytes a format reads.
   *
   * @param events how many of them are events
   * @param known events whose names are known
   */
  private record Choice(LineFormat format, long read, long lines, long events, long known, int looked) {
    /** Whether these are lines about something else, among which some events are quoted. */
    boolean isProse() {
      return !LogSigns.isTrace(known) && events * LINES_OF_PROSE < lines - read;
    }
  }

  /** The format that reads most of the first lines, of those that find an event or a marker in them; null when none does. */
  private @Nullable Choice choose(int looked) {
    Chunk head = new Chunk(first.bytes, first.from, looked == first.to ? looked : ByteScan.afterLastNewline(first.bytes, 0, looked));
    Choice best = null;
    EventBatch events = new EventBatch();
    ImportStats counts = new ImportStats();
    for (LineFormat candidate : FORMATS) {
      events.clear();
      counts.clear();
      candidate.decoder(limits.lineBytes(), names).decode(head, events, counts);
      long withoutTask = withoutTask(counts);
      long known = counts.decoded() + counts.ignored() + withoutTask;
      boolean holdsEvents = known + counts.unknown() + counts.lost() > 0;
      long read = counts.lines() - counts.damaged() + withoutTask;
      if (holdsEvents && (best == null || read > best.read())) {
        best = new Choice(candidate, read, counts.lines(), known + counts.unknown(), known, head.to);
      }
    }
    return best;
  }

  /** Events that are well written and of no use without their tasks. */
  private static long withoutTask(ImportStats counts) {
    return counts.problems().stream().filter(p -> p.stat() == ImportStat.NO_TASK).mapToLong(ImportStats.Problem::count).sum();
  }
}
