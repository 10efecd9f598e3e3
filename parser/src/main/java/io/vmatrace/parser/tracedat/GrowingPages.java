package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.Preamble;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.record.CpuMerge;
import io.vmatrace.parser.record.FunctionReturns;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Pages that are read while a recorder writes them. Again and again what all CPUs had up to a time is merged: an event after it waits for the next
 * round, since another CPU may have one before it that is not written yet. It is read once, and cannot be asked for events again: who wants that opens the recording when it is whole.
 */
final class GrowingPages implements Capture {
  private static final int EVENTS = 1 << 12;

  /** One CPU's events, up to the time of the round. */
  private final class Cpu implements CpuMerge.Stream, AutoCloseable {
    private final PageFrames frames;
    private final FileChannel in;
    private final PageDecoder decoder;
    private byte[] compressed = {};
    private byte[] plain = {};
    private int frame;
    private long offset;
    private int at;
    private int end;
    private EventBatch decoded = new EventBatch(EVENTS);

    /** Events that are after the time of the round. */
    private EventBatch later = new EventBatch(EVENTS);

    private final EventBatch ready = new EventBatch(EVENTS);

    Cpu(PageFrames frames) throws IOException {
      this.frames = frames;
      in = FileChannel.open(frames.file(), StandardOpenOption.READ);
      decoder = new PageDecoder(recording.numbers, layout, recording.records, recording.clock, frames.cpu());
    }

    @Override
    public @Nullable EventBatch next() throws CaptureException {
      ready.clear();
      EventBatch held = later;
      later = decoded;
      later.clear();
      decoded = held;
      divide();
      while (ready.size() == 0 && later.size() == 0 && (at < end || load())) {
        decoded.clear();
        decoder.begin(at, layout.pageBytes(), decoded, stats);
        at += layout.pageBytes();
        while (decoder.decode(decoded, Integer.MAX_VALUE, stats)) {}
        divide();
      }
      return ready.size() == 0 ? null : ready;
    }

    /** What has been decoded is of this round or of a later one; the events of a CPU are in the order of time. */
    private void divide() {
      int n = decoded.size();
      int first = 0;
      while (first < n && later.size() == 0 && decoded.time(first) <= until) {
        first++;
      }
      if (first > 0) {
        ready.append(decoded, 0, first);
      }
      if (first < n) {
        later.append(decoded, first, n - first);
      }
    }

    /** The next frame, if there is one. */
    private boolean load() throws CaptureException {
      if (frame >= frames.count()) {
        return false;
      }
      int length = frames.compressedBytes(frame);
      end = frames.pageBytes(frame);
      at = 0;
      compressed = compressed.length < length ? new byte[length] : compressed;
      plain = plain.length < end ? new byte[end] : plain;
      try {
        ByteBuffer to = ByteBuffer.wrap(compressed, 0, length);
        while (to.hasRemaining() && in.read(to, offset + to.position()) >= 0) {}
        BlockCompression.ZSTD.decompress(compressed, length, plain, end);
      } catch (IOException e) {
        throw new CaptureException(path, "the pages of CPU %d cannot be read: %s".formatted(frames.cpu(), e.getMessage()), e);
      }
      decoder.source(plain, offset, true);
      offset += length;
      frame++;
      return true;
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException _) {
        // nothing was written
      }
    }
  }

  private final String path;
  private final Recording recording;
  private final PageLayout layout;
  private final RecorderProgress progress;
  private final ImportStats stats = new ImportStats();
  private long until;
  private long events;

  GrowingPages(String path, Recording recording, PageLayout layout, RecorderProgress progress) {
    this.path = path;
    this.recording = recording;
    this.layout = layout;
    this.progress = progress;
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer read) throws CaptureException {
    List<Cpu> cpus = new ArrayList<>();
    FunctionReturns returns =
        new FunctionReturns(
            batch -> {
              batch.firstLine(events + 1); // each round counts anew
              events += batch.size();
              return wantsMore.test(batch);
            });
    try {
      while (until != Long.MAX_VALUE) {
        until = progress.await();
        open(cpus);
        long _ = new CpuMerge(cpus, false, returns).run();
        read.accept(cpus.stream().mapToLong(cpu -> cpu.offset).sum());
      }
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read: " + e.getMessage(), e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      cpus.forEach(Cpu::close);
    }
  }

  /** Each CPU once its file is there. */
  private void open(List<Cpu> cpus) throws IOException {
    for (PageFrames frames : progress.frames()) {
      if (cpus.stream().noneMatch(cpu -> cpu.frames == frames)) {
        cpus.add(new Cpu(frames));
      }
    }
    cpus.sort(Comparator.comparingInt(cpu -> cpu.frames.cpu()));
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String format() {
    return TracePages.FORMAT;
  }

  @Override
  public String ground() {
    return "a recorder writes it";
  }

  @Override
  public @Nullable String compression() {
    return null;
  }

  @Override
  public Preamble preamble() {
    return new Preamble(recording.machine, recording.chosenEvents());
  }

  @Override
  public CaptureFacts facts() {
    return new CaptureFacts(
        recording.release, recording.clockName, ClockUnit.NANOSECONDS, recording.cpus, -1, -1, null, stats, false, KernelLog.NONE, recording.details);
  }

  @Override
  public EventDescriber describer() {
    return new RingDescriber(recording);
  }

  /** None: the recording is opened for that when it is whole. */
  @Override
  public List<QuotedEvent> quote(long[] ats) {
    return List.of();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) throws CaptureException {
    throw new CaptureException(path, "is read as it is recorded, once");
  }

  @Override
  public void close() {
    // each CPU's file is closed when it has been read
  }
}
