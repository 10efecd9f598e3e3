package io.vmatrace.parser.fuzz;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.LineFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is demanded of every reader whatever its input is: an answer or one clear error, every byte accounted for, the same events again. */
final class Fuzzing {
  private static final int LINE_BYTES = 1 << 10;
  private static final int MOST_QUOTES = 4;
  private static final CaptureLimits LIMITS = new CaptureLimits(LINE_BYTES, 8 << 10, 64 << 20, 2_000, 16 << 10);

  private static final Path FILE = file();

  private Fuzzing() {}

  /** Lines decoded at once, and in two parts with one decoder each where the format allows it: the same events. */
  static void lines(LineFormat format, byte[] bytes) {
    List<String> whole = new ArrayList<>();
    decode(format, bytes, 0, bytes.length, whole);
    int middle = bytes.length / 2;
    while (middle > 0 && bytes[middle - 1] != '\n') {
      middle--;
    }
    if (middle > 0 && !format.isSequential()) {
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
    format.decoder(LINE_BYTES, EventNames.BUILT_IN).decode(bytes, from, to, complete, batch, stats);
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
    if (capture.compression() == null) {
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

  private static void demand(boolean held, String otherwise) {
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
}
