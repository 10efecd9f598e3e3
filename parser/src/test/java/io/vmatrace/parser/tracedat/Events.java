package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
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

/** All events of a capture as objects, for comparing. */
record Events(List<Event> all, CaptureFacts facts) {
  /** An event or marker in the order in which it was handed over. */
  record Event(EventKind kind, int cpu, int task, long time, long offset, long count, EventDescription description) {
    String name() {
      return description.name();
    }

    Map<String, Object> fields() {
      return description.fields();
    }

    boolean isMarker() {
      return kind == MarkerEvents.LOST_EVENTS || kind == MarkerEvents.BUFFER_STARTED || kind == MarkerEvents.DAMAGED;
    }

    /** What has to be the same in each form of a recording: all but where it is. */
    List<Object> content() {
      return List.of(kind, cpu, task, time, count, description);
    }
  }

  static final Path SHARED = Path.of("../../shared");
  static final Path FORMATS = Path.of("../samples/formats");

  static Events of(Path file) throws CaptureException {
    List<Event> all = new ArrayList<>();
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      EventDescriber describer = capture.describer();
      capture.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              all.add(
                  new Event(
                      batch.kind(i),
                      batch.cpu(i),
                      batch.task(i),
                      batch.time(i),
                      batch.offset(i),
                      batch.value(i, Field.COUNT),
                      describer.describe(batch, i)));
            }
            return true;
          },
          true,
          _ -> {});
      return new Events(all, capture.facts());
    }
  }

  /** Those that are no markers. */
  List<Event> events() {
    return all.stream().filter(event -> !event.isMarker()).toList();
  }

  List<List<Object>> content() {
    return all.stream().map(Event::content).toList();
  }
}
