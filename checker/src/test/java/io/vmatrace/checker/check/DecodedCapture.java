package io.vmatrace.checker.check;

import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** A capture that was decoded once, of which any events can be checked as if no others had been recorded. */
final class DecodedCapture {
  /** Which events a recording has. */
  interface Kept {
    boolean test(EventBatch events, int i);
  }

  /** The order of kinds, so that seeds and outputs are the same each time. */
  static final Comparator<EventKind> BY_NAME = Comparator.comparing(EventKind::eventName);

  private static final Check.Options DEFINITE_ONLY = new Check.Options(null, false);

  private final String name;
  private final CaptureFacts facts;
  private final EventBatch events = new EventBatch();
  private final Path file;
  private final LongArrayList lines = new LongArrayList();
  private final Set<EventKind> kinds = new TreeSet<>(BY_NAME);

  private DecodedCapture(Path file) throws CaptureException {
    this.file = file;
    name = file.getFileName().toString().replaceFirst("\\.txt\\.zst$", "");
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(this::add, false, _ -> {});
      facts = capture.facts();
    }
  }

  /** Decodes a capture. */
  static DecodedCapture of(Path file) {
    try {
      return new DecodedCapture(file);
    } catch (CaptureException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }

  private boolean add(EventBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      events.append(batch, i);
      lines.add(batch.at(i));
      if (batch.kind(i).source() != EventKind.Source.MARKER) {
        kinds.add(batch.kind(i));
      }
    }
    return true;
  }

  /** The file's name without its ending. */
  String name() {
    return name;
  }

  /** All its events. */
  EventBatch events() {
    return events;
  }

  /** The kinds of its events, without the file's own markers. */
  Set<EventKind> kinds() {
    return kinds;
  }

  /** The file's lines without those of the events that a recording does not have, and without the count of all. */
  List<String> text(Kept kept) {
    List<String> text = RealCaptures.lines(file);
    for (int i = 0; i < events.size(); i++) {
      if (!kept.test(events, i)) {
        text.set((int) lines.get(i) - 1, "");
      }
    }
    text.removeIf(line -> line.isEmpty() || line.startsWith("# entries-in-buffer"));
    return text;
  }

  /** What {@code check} says of a recording that has these events only. */
  Report check(Kept kept) {
    EventBatch some = new EventBatch(events.size());
    for (int i = 0; i < events.size(); i++) {
      if (kept.test(events, i)) {
        some.append(events, i);
      }
    }
    return check(some);
  }

  /** What {@code check} says of a recording that has other events in place of these. */
  Report check(EventBatch some) {
    try (RecordedCapture capture = new RecordedCapture(name, facts, some)) {
      return Check.run(capture, DEFINITE_ONLY, _ -> {});
    } catch (CaptureException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** Decodes captures. */
  static List<DecodedCapture> all(Stream<Path> files) {
    return files.map(DecodedCapture::of).toList();
  }
}
