package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.ftrace.FtraceDecoder;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A capture in the kernel's own text, from a file or standard input, compressed or not. It is decoded once, in parallel and in
 * order, and can afterwards be asked for single lines again.
 */
public final class Capture implements AutoCloseable {
  /** The name of standard input. */
  public static final String STANDARD_INPUT = "-";

  private static final int LOOKED_AT_FIRST = 4 << 10;
  private static final int LOOKED_AT_MOST = 1 << 20;

  private final String path;
  private final CaptureLimits limits;
  private final Path file;
  private final boolean temporary;
  private final Input input;
  private final Chunks chunks;
  private final Chunk first;
  private final HeaderFacts header = new HeaderFacts();
  private final Layout layout;
  private final ImportStats stats = new ImportStats();

  private Capture(String path, CaptureLimits limits, Path file, boolean temporary, Input input) throws CaptureException {
    this.path = path;
    this.limits = limits;
    this.file = file;
    this.temporary = temporary;
    this.input = input;
    chunks = new Chunks(input);
    first = new Chunk(limits.chunkBytes());
    chunks.next(first);
    header.read(first.bytes, first.length);
    layout = recognise();
  }

  /**
   * Opens a capture and looks at its beginning.
   *
   * @param path a file, or {@value #STANDARD_INPUT}
   * @throws CaptureException when there is nothing there that is a trace in text; the message is for a person
   */
  public static Capture open(String path, CaptureLimits limits) throws CaptureException {
    try {
      return path.equals(STANDARD_INPUT) ? openStandardInput(limits) : openFile(path, limits);
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static Capture openFile(String path, CaptureLimits limits) throws IOException, CaptureException {
    Path file = Path.of(path);
    if (!Files.exists(file)) {
      throw new CaptureException(path, "no such file");
    }
    if (Files.isDirectory(file)) {
      throw new CaptureException(path, "is a directory: name the capture inside it");
    }
    if (!Files.isReadable(file)) {
      throw new CaptureException(path, "permission denied: trace files belong to root; copy it or change its mode");
    }
    return opened(path, limits, file, false, Input.open(path, file, limits));
  }

  private static Capture openStandardInput(CaptureLimits limits) throws IOException, CaptureException {
    Path copy = Files.createTempFile("vmatrace-", ".capture");
    try {
      OutputStream out = Files.newOutputStream(copy);
      return opened("standard input", limits, copy, true, Input.open("standard input", System.in, out, limits));
    } catch (IOException | CaptureException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  private static Capture opened(String path, CaptureLimits limits, Path file, boolean temporary, Input input)
      throws CaptureException {
    try {
      return new Capture(path, limits, file, temporary, input);
    } catch (CaptureException e) {
      input.close();
      throw e;
    }
  }

  /** As given, or "standard input". */
  public String path() {
    return path;
  }

  /** What kind of text it is. */
  public String format() {
    return layout.format();
  }

  /** gz, xz, zst, bz2, lz4, or null. */
  public @Nullable String compression() {
    Compression compression = input.compression();
    return compression == null ? null : compression.text();
  }

  /**
   * Decodes everything, and hands the batches over in the capture's order on the calling thread. Call it once.
   *
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when the rest cannot be read; what came before has been handed over
   */
  public void decode(Consumer<EventBatch> consumer, LongConsumer progress) throws CaptureException {
    try (Decoding decoding = new Decoding(layout, limits, input, chunks)) {
      decoding.run(first, stats, consumer, progress);
    }
  }

  /** What the capture says of itself and what was read of it; complete after {@link #decode}. */
  public CaptureFacts facts() {
    return new CaptureFacts(
        header.release(),
        stats.hasTicks() && !stats.hasSeconds() ? ClockUnit.TICKS : ClockUnit.NANOSECONDS,
        header.cpus(),
        header.inBuffer(),
        header.written(),
        cutShort(),
        stats);
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

  /**
   * Reads single lines again, in a second pass over the input.
   *
   * @param ats places of events, ascending, without repeats
   * @return the events there, in the same order; what is no event is left out
   */
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    if (ats.length == 0) {
      return List.of();
    }
    try (Input again = Input.open(path, file, limits)) {
      return new Quoting(layout, limits, ats).read(new Chunks(again));
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

  private Layout recognise() throws CaptureException {
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
      for (Layout candidate : Layout.values()) {
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
  private boolean holdsEvents(Layout candidate, int looked) {
    FtraceDecoder decoder = new FtraceDecoder(candidate, limits.lineBytes());
    EventBatch events = new EventBatch();
    ImportStats counts = new ImportStats();
    int end = looked == first.length ? looked : ByteScan.afterLastNewline(first.bytes, 0, looked);
    decoder.decode(first.bytes, 0, end, true, events, counts);
    return counts.decoded() + counts.ignored() + counts.unknown() + counts.lost() > 0;
  }
}
