package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import java.util.Map;

/**
 * Describes events of ring-buffer pages as trace-cmd prints them: {@code workload-145 [001] .... 7.526518297:
 * mmap_lock_start_locking: mm=0xff17556e8495ce00 memcg_id=1 write=true}.
 */
final class RingDescriber implements EventDescriber {

  private final Recording recording;

  RingDescriber(Recording recording) {
    this.recording = recording;
  }

  @Override
  public EventDescription describe(EventBatch events, int i) {
    byte[] b = events.raw().bytes();
    int from = events.raw().from(i);
    int to = events.raw().to(i);
    if (from == to) {
      return marker(events, i);
    }
    String known = recording.records.comm(events.task(i));
    String comm = known.isEmpty() ? "<...>" : known;
    String name = recording.records.name(b, from, to);
    String values = recording.records.text(b, from, to);
    String text =
        "%s-%d [%s] %s %s: %s: %s"
            .formatted(
                comm,
                events.task(i),
                events.cpu(i) < 0 ? "???" : "%03d".formatted(events.cpu(i)),
                recording.records.flags(b, from, to),
                time(events.time(i)),
                name,
                values);
    return new EventDescription(known, name, text, values, recording.records.fields(b, from, to));
  }

  private static EventDescription marker(EventBatch events, int i) {
    String cpu = events.cpu(i) < 0 ? "?" : Integer.toString(events.cpu(i));
    EventKind kind = events.kind(i);
    long count = events.value(i, Field.COUNT);
    String text = kind.kernelName();
    if (kind == MarkerEvents.LOST_EVENTS) {
      text = "CPU:%s [%sEVENTS DROPPED]".formatted(cpu, count == 0 ? "" : count + " ");
    } else if (kind == MarkerEvents.BUFFER_STARTED) {
      text = "CPU:%s [EVENTS DROPPED, nobody knows where]".formatted(cpu);
    }
    return new EventDescription("", kind.kernelName(), text, "", Map.of());
  }

  private String time(long time) {
    return (recording.isInTicks() ? ClockUnit.TICKS : ClockUnit.NANOSECONDS).text(time);
  }
}
