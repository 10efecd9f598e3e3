package io.vmatrace.parser.perfetto;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.RecordDecoder;
import java.util.Map;

/** Describes events: {@code workload-164 [001] 26.091636123: mmap_lock_released: mm=0xff11… memcg_id=0x1 write=0x1}. */
final class PerfettoDescriber implements EventDescriber {

  private final Contents contents;
  private final RecordDecoder decoder;

  PerfettoDescriber(Contents contents, Shapes shapes) {
    this.contents = contents;
    decoder = shapes.decoder;
  }

  @Override
  public EventDescription describe(EventBatch events, int i) {
    byte[] b = events.raw().bytes();
    int from = events.raw().from(i);
    int to = events.raw().to(i);
    if (from == to) {
      EventKind kind = events.kind(i);
      String cpu = events.cpu(i) < 0 ? "?" : Integer.toString(events.cpu(i));
      return new EventDescription("", kind.kernelName(), "CPU:%s [EVENTS DROPPED]".formatted(cpu), "", Map.of());
    }
    String comm = contents.comm(events.task(i), events.time(i));
    EventFormat format = decoder.format(events.raw().tag(i));
    String system = format == null || format.system().isEmpty() ? "" : format.system() + ":";
    String name = decoder.name(b, from, to);
    String values = decoder.text(b, from, to);
    String text =
        "%s-%s [%03d] %s: %s%s: %s"
            .formatted(comm.isEmpty() ? "<...>" : comm, task(events.task(i)), events.cpu(i), ClockUnit.NANOSECONDS.text(events.time(i)), system, name, values);
    return new EventDescription(comm, name, text.strip(), values, decoder.fields(b, from, to));
  }

  private static String task(int pid) {
    return pid < 0 ? "?" : Integer.toString(pid);
  }
}
