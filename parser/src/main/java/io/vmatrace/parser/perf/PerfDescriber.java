package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.record.EventFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Describes events as perf script does: {@code workload-164 [001] 26.091636123: mmap_lock:mmap_lock_released: mm=0xff11… write=true}. */
final class PerfDescriber implements EventDescriber {
  private final PerfDescription description;

  PerfDescriber(PerfDescription description) {
    this.description = description;
  }

  @Override
  public EventDescription describe(EventBatch events, int i) {
    int tag = events.raw().tag(i);
    if (tag == Samples.TAG_NOTHING) {
      return new EventDescription("", events.kind(i).kernelName(), events.kind(i).kernelName(), "", Map.of());
    }
    String comm = description.comm(events.task(i), events.time(i));
    String name = name(tag);
    Map<String, Object> fields = fields(events, i, tag);
    String own = tag >= 0 ? description.decoder.text(events.raw().bytes(), events.raw().from(i), events.raw().to(i)) : text(fields);
    String text = "%s-%d %s%s: %s: %s".formatted(comm, events.task(i), cpu(events.cpu(i)), ClockUnit.NANOSECONDS.text(events.time(i)), name, own);
    String plainName = tag >= 0 ? description.decoder.name(events.raw().bytes(), events.raw().from(i), events.raw().to(i)) : name;
    return new EventDescription(comm, plainName, text.strip(), own, fields);
  }

  /** With its system, as {@code perf list} has it. */
  private String name(int tag) {
    if (tag == Samples.TAG_FORK) {
      return "PERF_RECORD_FORK";
    }
    if (tag >= 0) {
      EventFormat format = description.decoder.format(tag);
      return format == null ? "type " + tag : format.system() + ":" + format.name();
    }
    int event = Samples.eventOf(tag);
    return event < description.attrs.all().size() ? description.attrs.all().get(event).name : "";
  }

  private Map<String, Object> fields(EventBatch events, int i, int tag) {
    byte[] b = events.raw().bytes();
    int from = events.raw().from(i);
    int to = events.raw().to(i);
    if (tag >= 0) {
      return description.decoder.fields(b, from, to);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    if (tag == Samples.TAG_FORK) {
      fields.put("child_pid", (long) description.numbers.s32(b, from + RecordWindow.HEADER + 8));
      return fields;
    }
    PerfAttr attr = description.attrs.all().get(Samples.eventOf(tag));
    put(fields, "addr", b, from, attr.addrAt);
    put(fields, "ip", b, from, attr.ipAt);
    return fields;
  }

  private void put(Map<String, Object> fields, String name, byte[] b, int from, int at) {
    if (at != PerfAttr.ABSENT) {
      fields.put(name, description.numbers.u64(b, from + at));
    }
  }

  private static String text(Map<String, Object> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(shown(name, value)));
    return text.toString();
  }

  private static String shown(String name, Object value) {
    return value instanceof Long number && !name.endsWith("pid") ? "0x" + Long.toHexString(number) : value.toString();
  }

  private static String cpu(int cpu) {
    return cpu < 0 ? "" : "[%03d] ".formatted(cpu);
  }
}
