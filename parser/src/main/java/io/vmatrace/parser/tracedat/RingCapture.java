package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureForm;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Preamble;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.record.CpuMerge;
import io.vmatrace.parser.record.DecoderThreads;
import io.vmatrace.parser.record.FunctionReturns;
import io.vmatrace.parser.record.ReadAhead;
import io.vmatrace.parser.record.RecordQuotes;
import io.vmatrace.parser.stat.ImportStats;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A capture in ring-buffer pages: each CPU's are decoded by themselves, and merged by time. */
final class RingCapture implements Capture {
  /** Events in all batches of all CPUs, of which each has two. */
  private static final int MOST_EVENTS = 1 << 18;

  private static final int MOST_EVENTS_OF_CPU = 1 << 12;
  private static final int LEAST_EVENTS_OF_CPU = 1 << 6;

  /** Bytes of the pages of all CPUs that are in memory. */
  private static final int MOST_BYTES = 48 << 20;

  private static final int MOST_BYTES_OF_CPU = 256 << 10;
  private static final int MOST_COMPRESSED_BYTES_OF_CPU = 4 << 20;

  private final CaptureForm form;
  private final CaptureLimits limits;
  private final Recording recording;
  private final List<FileBytes> files;
  private final ImportStats stats = new ImportStats();

  RingCapture(CaptureForm form, Recording recording, List<FileBytes> files, CaptureLimits limits) {
    this.form = form;
    this.limits = limits;
    this.recording = recording;
    this.files = files;
  }

  @Override
  public String path() {
    return form.path();
  }

  @Override
  public String format() {
    return form.format();
  }

  @Override
  public String ground() {
    return form.ground();
  }

  @Override
  public @Nullable String compression() {
    return form.compression();
  }

  @Override
  public Preamble preamble() {
    return new Preamble(recording.machine, form.format().equals("trace.dat") ? recording.chosenEvents() : Set.of());
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) throws CaptureException {
    AtomicLong read = new AtomicLong(frameBytes());
    stats.frame(frameBytes() - recording.leftOut.values().stream().mapToLong(bytes -> bytes).sum());
    recording.leftOut.forEach(
        (what, bytes) -> {
          stats.unknownRecord(bytes);
          stats.named(what, 1);
        });
    stats.time(!recording.isInTicks());
    decode(
        raw,
        read,
        stats,
        batch -> {
          progress.accept(read.get());
          return wantsMore.test(batch);
        });
  }

  /** Bytes of the files that are not of the CPUs' areas. */
  private long frameBytes() {
    long all = files.stream().mapToLong(FileBytes::size).sum();
    return all - recording.areas.stream().mapToLong(CpuArea::size).sum();
  }

  private void decode(boolean raw, AtomicLong read, ImportStats counts, Predicate<EventBatch> wantsMore) throws CaptureException {
    List<CpuPages> sources = sources(read);
    try {
      merge(sources, raw, counts, wantsMore);
    } finally {
      sources.forEach(source -> counts.add(source.stats()));
    }
  }

  private void merge(List<CpuPages> sources, boolean raw, ImportStats counts, Predicate<EventBatch> wantsMore) throws CaptureException {
    long events;
    FunctionReturns returns = new FunctionReturns(wantsMore);
    try (DecoderThreads threads = new DecoderThreads(limits.decoderThreads())) {
      int batch = eventsOfCpu() + 2;
      List<ReadAhead> streams = sources.stream().map(source -> new ReadAhead(source, threads, batch, raw)).toList();
      events = new CpuMerge(streams, raw, returns).run();
    } finally {
      counts.saidNothing(returns.withoutCall());
    }
    if (counts == stats) { // and not a second pass
      sayOverlaps(sources);
    }
    EventBatch last = unplacedLosses(sources, raw, counts);
    if (last.size() > 0) {
      last.firstLine(events + 1);
      var _ = wantsMore.test(last); // there is no more
    }
  }

  /** The CPUs in the order in which events of the same time are handed over. */
  private List<CpuPages> sources(AtomicLong read) {
    int share = MOST_BYTES / Math.max(1, recording.areas.size());
    return recording.areas.stream()
        .sorted(Comparator.comparingInt(CpuArea::cpu))
        .map(
            area -> {
              int most = Math.clamp(share, 16 << 10, area.isCompressed() ? MOST_COMPRESSED_BYTES_OF_CPU : MOST_BYTES_OF_CPU);
              return new CpuPages(area, recording, eventsOfCpu(), most, read);
            })
        .toList();
  }

  private int eventsOfCpu() {
    return Math.clamp(MOST_EVENTS / Math.max(1, recording.areas.size()), LEAST_EVENTS_OF_CPU, MOST_EVENTS_OF_CPU);
  }

  /** Buffers that were written at the same time may have the same events twice: a person should know. */
  private void sayOverlaps(List<CpuPages> sources) {
    TreeMap<String, long[]> spans = new TreeMap<>();
    for (CpuPages source : sources) {
      PageDecoder decoder = source.decoder();
      if (decoder.firstTime() <= decoder.lastTime()) {
        long[] span = spans.computeIfAbsent(source.area().buffer(), _ -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
        span[0] = Math.min(span[0], decoder.firstTime());
        span[1] = Math.max(span[1], decoder.lastTime());
      }
    }
    long end = Long.MIN_VALUE;
    boolean overlap = false;
    for (long[] span : spans.values().stream().sorted(Comparator.comparingLong(span -> span[0])).toList()) {
      overlap |= span[0] <= end;
      end = Math.max(end, span[1]);
    }
    if (spans.size() > 1 || !spans.containsKey("")) {
      spans.keySet().forEach(name -> recording.detail("buffers", name.isEmpty() ? "top" : name));
    }
    if (overlap) {
      recording.detail("overlap", "these buffers were written at the same time; an event that was enabled in two is here twice");
    }
  }

  /**
   * The ring buffer counted events that it lost. Pages tell where those are that were overwritten; of what is left over nobody knows
   * where it was, so one marker at the end takes all certainty from what was concluded before. What was read and is not here was taken by
   * another reader of the buffer.
   */
  private EventBatch unplacedLosses(List<CpuPages> sources, boolean raw, ImportStats counts) {
    EventBatch markers = new EventBatch(16);
    markers.keepRaw(raw);
    TreeMap<Integer, long[]> marked = new TreeMap<>();
    for (CpuPages source : sources) {
      long[] of = marked.computeIfAbsent(source.area().cpu(), _ -> new long[3]);
      of[0] += source.decoder().markedLost();
      of[1] += source.decoder().markedUncounted();
      of[2] += source.stats().decoded() + source.stats().ignored() + source.stats().unknown() + source.stats().damaged();
    }
    for (int cpu : recording.stat.cpus()) {
      long[] of = marked.getOrDefault(cpu, new long[3]);
      long more = recording.cutShort != null ? 0 : Math.max(0, recording.stat.overrun(cpu) - of[0] - of[1]);
      long taken = recording.cutShort == null && recording.isOfVmatrace() ? Math.max(0, recording.stat.read(cpu) - of[2]) : 0;
      long unplaced = recording.stat.dropped(cpu) + (of[1] == 0 ? more : 0) + taken;
      counts.lost(recording.stat.dropped(cpu) + more + taken);
      if (unplaced > 0) {
        unplaced(cpu, markers);
      }
    }
    if (recording.lostCpus || sources.stream().anyMatch(RingCapture::hasLossesOfUnknownCpu)) {
      unplaced(CpuArea.UNKNOWN_CPU, markers);
    }
    return markers;
  }

  /** Nothing says when such a loss ends. */
  private static boolean hasLossesOfUnknownCpu(CpuPages source) {
    ImportStats of = source.stats();
    return source.area().cpu() == CpuArea.UNKNOWN_CPU && (source.area().cut() || of.lost() > 0 || of.damaged() > 0);
  }

  private static void unplaced(int cpu, EventBatch markers) {
    markers.addMarker(MarkerEvents.BUFFER_STARTED, cpu, 0, markers.size(), 0);
    markers.put(Field.CPU, cpu);
  }

  @Override
  public CaptureFacts facts() {
    String lack = recording.records.functions().lack();
    if (lack != null) {
      recording.details.put("functions", lack);
    }
    return new CaptureFacts(
        recording.release,
        recording.clockName,
        recording.isInTicks() ? ClockUnit.TICKS : ClockUnit.NANOSECONDS,
        recording.cpus,
        -1,
        -1,
        recording.cutShort,
        stats,
        false,
        KernelLog.NONE,
        recording.details);
  }

  @Override
  public EventDescriber describer() {
    return new RingDescriber(recording);
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) throws CaptureException {
    RecordQuotes quotes = new RecordQuotes(ats, new RingDescriber(recording), !recording.isInTicks());
    if (ats.length > 0) {
      decode(true, new AtomicLong(), new ImportStats(), quotes);
    }
    return quotes.quoted();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException {
    decode(true, new AtomicLong(), new ImportStats(), wantsMore);
  }

  @Override
  public void close() {
    files.forEach(FileBytes::close);
  }
}
