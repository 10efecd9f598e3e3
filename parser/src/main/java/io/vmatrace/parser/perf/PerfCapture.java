package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.FirstBytes;
import io.vmatrace.parser.input.Preamble;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.record.RecordQuotes;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A perf.data, from a file, a pipe, or a directory of perf record --threads. */
public final class PerfCapture implements Capture {
  /** How one begins. */
  public static final FirstBytes FIRST_BYTES = PerfHeader.FIRST_BYTES;

  private final String path;
  private final List<FileBytes> files;
  private final @Nullable String compression;
  private final CaptureLimits limits;
  private final EventNames names;
  private PerfPass pass;

  /**
   * Opens one.
   *
   * @param files its bytes; where there are several, those of a directory: {@code data} first
   * @param compression of the file as a whole, or null
   * @throws CaptureException when its header cannot be read
   */
  public PerfCapture(String path, List<FileBytes> files, @Nullable String compression, CaptureLimits limits, EventNames names)
      throws CaptureException {
    this.path = path;
    this.files = List.copyOf(files);
    this.compression = compression;
    this.limits = limits;
    this.names = names;
    pass = new PerfPass(this.files, names, limits);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String format() {
    return "perf.data";
  }

  @Override
  public String ground() {
    String form = pass.isPiped() ? " and the header of one that was piped" : files.size() > 1 ? " in a directory of " + files.size() + " files" : "";
    return "the magic bytes PERFILE2" + form;
  }

  @Override
  public @Nullable String compression() {
    return compression;
  }

  @Override
  public Preamble preamble() {
    PerfDescription description = pass.description;
    return pass.isPiped() ? Preamble.NONE : new Preamble(description.features.details().get("architecture"), description.recordedInFull());
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException {
    try (BatchQueue queue = new BatchQueue(raw, out -> pass.run(raw, out))) {
      queue.run(wantsMore, progress);
    }
  }

  @Override
  public CaptureFacts facts() {
    PerfDescription description = pass.description;
    String cut = files.get(0).cutShort();
    return new CaptureFacts(
        description.features.release(),
        description.clock(),
        ClockUnit.NANOSECONDS,
        description.features.cpus(),
        -1,
        -1,
        cut != null ? cut : description.cutShort(),
        pass.stats,
        false,
        KernelLog.NONE,
        description.details());
  }

  @Override
  public EventDescriber describer() {
    return new PerfDescriber(pass.description);
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    if (ats.length == 0) {
      return List.of();
    }
    PerfPass again = new PerfPass(files, names, limits);
    RecordQuotes quotes = new RecordQuotes(ats, new PerfDescriber(again.description), true);
    try (BatchQueue queue = new BatchQueue(true, out -> again.run(true, out))) {
      queue.run(quotes, _ -> {});
    } catch (CaptureException e) {
      if (quotes.quoted().isEmpty()) {
        throw e; // else the rest could not be read the first time either
      }
    }
    return quotes.quoted();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException {
    PerfPass again = new PerfPass(files, names, limits);
    try (BatchQueue queue = new BatchQueue(true, out -> again.run(true, out))) {
      queue.run(wantsMore, _ -> {});
    }
  }

  @Override
  public void close() {
    files.forEach(FileBytes::close);
  }
}
