package io.vmatrace.parser.perfetto;

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
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A trace of Perfetto, as Android and {@code perfetto} write it. It is read twice: an event may be described behind where it stands, and
 * the events of the CPUs come in pieces.
 */
public final class PerfettoCapture implements Capture {
  /** How one begins: there is no magic number. */
  public static final FirstBytes FIRST_BYTES = new FirstBytes(512, Packets::mayBegin, Packets::isBegunBy);

  private final String path;
  private final FileBytes file;
  private final @Nullable String compression;
  private final CaptureLimits limits;
  private final Contents contents;
  private final Shapes shapes;
  private final ImportStats stats = new ImportStats();

  /**
   * Looks at all packets of one.
   *
   * @param compression of the file as a whole, or null
   * @throws CaptureException when it cannot be read
   */
  public PerfettoCapture(String path, FileBytes file, @Nullable String compression, CaptureLimits limits, EventNames names) throws CaptureException {
    this.path = path;
    this.file = file;
    this.compression = compression;
    this.limits = limits;
    contents = Survey.of(new Packets(file, limits));
    shapes = new Shapes(contents, names);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String format() {
    return "perfetto";
  }

  @Override
  public String ground() {
    return "packets of Perfetto's from its first byte on";
  }

  @Override
  public @Nullable String compression() {
    return compression;
  }

  @Override
  public Preamble preamble() {
    return new Preamble(contents.machine, contents.filtered ? Set.of() : recordedInFull());
  }

  /** Names of the events that were asked for and that there were; a pattern names none. */
  private Set<String> recordedInFull() {
    Set<String> failed = contents.failed.stream().map(PerfettoCapture::withoutGroup).collect(Collectors.toSet());
    return contents.events.stream()
        .map(PerfettoCapture::withoutGroup)
        .filter(name -> !name.contains("*") && !failed.contains(name))
        .collect(Collectors.toSet());
  }

  private static String withoutGroup(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException {
    decode(stats, raw, wantsMore, progress);
  }

  private void decode(ImportStats counts, boolean raw, Predicate<EventBatch> wantsMore, LongConsumer progress) throws CaptureException {
    new PerfettoPass(new Packets(file, limits), contents, shapes, counts).run(raw, wantsMore, progress);
  }

  @Override
  public CaptureFacts facts() {
    String cut = file.cutShort();
    return new CaptureFacts(
        contents.release,
        contents.clock,
        ClockUnit.NANOSECONDS,
        contents.cpus,
        -1,
        -1,
        cut != null ? cut : contents.cutShort,
        stats,
        false,
        KernelLog.NONE,
        contents.details);
  }

  @Override
  public EventDescriber describer() {
    return new PerfettoDescriber(contents, shapes);
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    RecordQuotes quotes = new RecordQuotes(ats, describer(), true);
    if (ats.length > 0) {
      decode(new ImportStats(), true, quotes, _ -> {});
    }
    return quotes.quoted();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException {
    decode(new ImportStats(), true, wantsMore, _ -> {});
  }

  @Override
  public void close() {
    file.close();
  }
}
