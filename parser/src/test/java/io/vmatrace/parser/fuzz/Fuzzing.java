package io.vmatrace.parser.fuzz;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.RawRecord;
import io.vmatrace.parser.record.RecordDecoder;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is demanded of every reader whatever its input is: an answer or one clear error, every byte accounted for, the same events again. */
final class Fuzzing {
  /** Whether parts are compared, see {@link #lines}. */
  static boolean strict = Boolean.getBoolean("vmatrace.fuzz.strict");

  private static final int LINE_BYTES = 1 << 10;
  private static final int MOST_QUOTES = 4;
  private static final CaptureLimits LIMITS = new CaptureLimits(LINE_BYTES, 8 << 10, 64 << 20, 2_000, 16 << 10, 2, false);

  private static final Path FILE = file();
  private static final Path FOLDER = folder();

  private Fuzzing() {}

  /**
   * Lines decoded at once, and, with -Dvmatrace.fuzz.strict=true, in two parts with one decoder each where the format allows it: the same
   * events. The two parts are read by different code (UsualLines needs bytes after a line), which is the one thing that still differs on
   * torn lines now and then, after minutes.
   */
  static void lines(LineFormat format, byte[] bytes) {
    List<String> whole = new ArrayList<>();
    decode(format, bytes, 0, bytes.length, whole);
    int middle = bytes.length / 2;
    while (middle > 0 && bytes[middle - 1] != '\n') {
      middle--;
    }
    if (strict && middle > 0 && !format.isSequential()) {
      List<String> parts = new ArrayList<>();
      decode(format, bytes, 0, middle, parts);
      decode(format, bytes, middle, bytes.length, parts);
      demand(parts.equals(whole), () -> "in two parts there are other events: " + first(parts, whole));
    }
  }

  private static void decode(LineFormat format, byte[] bytes, int from, int to, List<String> events) {
    EventBatch batch = new EventBatch();
    ImportStats stats = new ImportStats();
    boolean complete = to == from || bytes[to - 1] == '\n';
    Chunk chunk = new Chunk(bytes, from, to);
    chunk.complete = complete;
    format.decoder(LINE_BYTES, EventNames.BUILT_IN).decode(chunk, batch, stats);
    demand(stats.bytes() == to - from, "bytes do not add up");
    dump(batch, events);
  }

  /** A whole capture, as the command line opens it. */
  static void capture(byte[] bytes) {
    try {
      Files.write(FILE, bytes);
      try (Capture capture = Captures.open(FILE.toString(), LIMITS, EventNames.BUILT_IN)) {
        read(capture, bytes.length);
      }
    } catch (CaptureException e) {
      demand(e.getMessage().lines().count() == 1, "an error of several lines");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All captures of what may be an archive, as the command line opens them. */
  static void captureSet(byte[] bytes) {
    try {
      Files.write(FILE, bytes);
      try (CaptureSet set = Captures.expand(FILE.toString(), LIMITS)) {
        for (CaptureSource source = set.next(); source != null; source = set.next()) {
          try (CaptureSource closed = source;
              Capture capture = Captures.open(closed, LIMITS, EventNames.BUILT_IN)) {
            read(capture, -1);
          } catch (CaptureException e) {
            demand(e.getMessage().lines().count() == 1, "an error of several lines");
          }
        }
      }
    } catch (CaptureException e) {
      demand(e.getMessage().lines().count() == 1, "an error of several lines");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pages of a CPU in a folder with the formats of samples/formats. */
  static void pages(byte[] bytes) {
    if (bytes.length == 0 || !Files.exists(FOLDER.resolve("events"))) {
      return;
    }
    try {
      Files.write(FOLDER.resolve("raw-cpu0.bin"), bytes);
      try (Capture capture = Captures.open(FOLDER.toString(), LIMITS, EventNames.BUILT_IN)) {
        read(capture, -1);
      }
    } catch (CaptureException e) {
      demand(e.getMessage().lines().count() == 1, "an error of several lines");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A record of a format, whatever its bytes are. */
  static void record(EventFormat format, byte[] bytes) {
    RecordDecoder decoder = new RecordDecoder(Numbers.LITTLE_ENDIAN, EventNames.BUILT_IN);
    decoder.add(format);
    RawRecord raw = new RawRecord();
    byte[] record = bytes.clone();
    raw.b = record;
    raw.to = record.length;
    raw.framed = record.length;
    if (record.length >= 2) {
      record[0] = (byte) format.id();
      record[1] = (byte) (format.id() >> 8);
    }
    EventBatch batch = new EventBatch();
    ImportStats stats = new ImportStats();
    decoder.decode(raw, batch, stats);
    demand(batch.size() == 1 && stats.bytes() == record.length, "a record is not one event");
    decoder.fields(record, 0, record.length);
    decoder.text(record, 0, record.length);
  }

  /** A file as it is, or what is inside when its name ends in .zst. */
  static InputStream unfolded(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".zst") ? new ZstdInputStream(in) : in;
  }

  private static void read(Capture capture, int length) throws CaptureException {
    List<Long> ats = new ArrayList<>();
    capture.decode(
        batch -> {
          for (int i = 0; i < batch.size(); i++) {
            ats.add(batch.at(i));
          }
          return true;
        },
        false,
        _ -> {});
    for (int i = 1; i < ats.size(); i++) {
      demand(ats.get(i) > ats.get(i - 1), "places do not increase");
    }
    if (length >= 0 && capture.compression() == null) {
      demand(capture.facts().stats().bytes() == length, "bytes do not add up");
    }
    long[] wanted = ats.stream().mapToLong(Long::longValue).limit(MOST_QUOTES).toArray();
    demand(capture.quote(wanted).size() <= wanted.length, "more quotes than were asked for");
  }

  private static void dump(EventBatch batch, List<String> into) {
    for (int i = 0; i < batch.size(); i++) {
      StringBuilder event = new StringBuilder();
      event.append(batch.kind(i)).append(' ').append(batch.task(i)).append(' ').append(batch.cpu(i)).append(' ').append(batch.time(i));
      for (Field field : batch.kind(i).fields()) {
        event.append(' ').append(batch.has(i, field) ? Long.toHexString(batch.value(i, field)) : "-");
      }
      into.add(event.toString());
    }
  }

  private static String first(List<String> some, List<String> others) {
    int i = 0;
    while (i < Math.min(some.size(), others.size()) && some.get(i).equals(others.get(i))) {
      i++;
    }
    return "%s, not %s".formatted(some.subList(i, Math.min(i + 1, some.size())), others.subList(i, Math.min(i + 1, others.size())));
  }

  static void demand(boolean held, String otherwise) {
    demand(held, () -> otherwise);
  }

  private static void demand(boolean held, Supplier<String> otherwise) {
    if (!held) {
      throw new AssertionError(otherwise.get());
    }
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("vmatrace-fuzz-", ".capture");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("vmatrace-fuzz-");
      Path events = Path.of("../samples/formats/raw/events").toAbsolutePath();
      if (Files.exists(events)) {
        Files.createSymbolicLink(folder.resolve("events"), events);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
