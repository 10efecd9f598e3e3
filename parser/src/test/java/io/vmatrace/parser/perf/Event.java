package io.vmatrace.parser.perf;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An event of a capture with all that there is to compare. */
record Event(EventKind kind, String name, String comm, int task, int cpu, long time, String text, Map<String, Object> fields) {
  static final Path SHARED = Path.of("../../shared");
  static final Path FORMATS = Path.of("../samples/formats");

  /** What {@code perf record} wrote into a file. */
  static final Path RECORDED = Path.of("../samples/clean-6.18.15-churn-perf.data");

  /** What was decoded, and what the capture says about itself. */
  record Decoded(List<Event> events, CaptureFacts facts) {
    /** Those that the file has samples of: not what it says beside them. */
    List<Event> samples() {
      return events.stream().filter(event -> event.kind != MarkerEvents.LOST_EVENTS && !event.name.equals("PERF_RECORD_FORK")).toList();
    }
  }

  static Decoded decode(Path file) throws CaptureException {
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      List<Event> events = new ArrayList<>();
      EventDescriber describer = capture.describer();
      capture.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              EventDescription told = describer.describe(batch, i);
              events.add(new Event(batch.kind(i), told.name(), told.comm(), batch.task(i), batch.cpu(i), batch.time(i), told.text(), told.fields()));
            }
            return true;
          },
          true,
          _ -> {});
      return new Decoded(events, capture.facts());
    }
  }

  /** With its system, as perf prints it. */
  String fullName() {
    String behindTime = text.substring(text.indexOf(": ") + 2);
    return behindTime.substring(0, Math.max(0, behindTime.indexOf(": ") < 0 ? behindTime.lastIndexOf(':') : behindTime.indexOf(": ")));
  }
}
