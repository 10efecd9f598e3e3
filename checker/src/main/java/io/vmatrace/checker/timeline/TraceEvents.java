package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.Digits;
import io.vmatrace.parser.event.ClockUnit;
import java.io.OutputStream;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes events of the Trace Event Format ("JSON Object Format"): complete events X, async events b, n and e, instants i,
 * counters C and metadata M. Times are microseconds with three decimals; counts of a clock in ticks are written as if they were microseconds.
 * Perfetto names a thread by its tid alone, the one that it met last (json_trace_parser_impl.cc), so a thread is named where it is
 * met first; and it may take async events of one id for another track when their names differ, so they do not.
 */
final class TraceEvents implements AutoCloseable {
  private static final JsonFactory FACTORY = JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  /** What an event is called, and what kind of thing it is. */
  record Label(String category, String name) {}

  /** A thread of a process. */
  record Track(int process, int thread) {}

  /** A track of its own for one thing in a process. */
  record AsyncTrack(Label label, int process, long id) {}

  private final JsonGenerator out;
  private final Digits digits = new Digits();
  private ClockUnit unit = ClockUnit.NANOSECONDS;
  private long shown;
  private long slices;

  TraceEvents(OutputStream stream) {
    out = FACTORY.createGenerator(ObjectWriteContext.empty(), stream);
    out.writeStartObject();
    out.writeStringProperty("displayTimeUnit", "ns");
    out.writeName("traceEvents");
    out.writeStartArray();
  }

  /** What the times of the following events count. */
  void unit(ClockUnit of) {
    unit = of;
  }

  /** Names a process. */
  void process(int process, String name) {
    metadata("process_name", process, process);
    out.writeStringProperty("name", name);
    endMetadata();
    metadata("process_sort_index", process, process);
    out.writeNumberProperty("sort_index", process);
    endMetadata();
  }

  /** Names a thread, and says where among those of its process it stands. */
  void thread(int process, int thread, String name, int sortIndex) {
    metadata("thread_name", process, thread);
    out.writeStringProperty("name", name);
    endMetadata();
    metadata("thread_sort_index", process, thread);
    out.writeNumberProperty("sort_index", sortIndex);
    endMetadata();
  }

  /** Something that lasted, on a thread. */
  void slice(Track track, Label label, long begin, long end, Map<String, ?> arguments) {
    slices++;
    begin("X", label, track, begin);
    out.writeName("dur");
    time(Math.max(0, end - begin));
    arguments(arguments);
    end();
  }

  /** The phase b, n or e of something on a track of its own. */
  void async(String phase, AsyncTrack track, long at, Map<String, ?> arguments) {
    begin(phase, track.label(), new Track(track.process(), track.process()), at);
    out.writeName("id2");
    out.writeStartObject();
    out.writeName("local");
    digits.hex(out, track.id());
    out.writeEndObject();
    arguments(arguments);
    end();
  }

  /** What happened at a moment on a thread. */
  void instant(Label label, Track track, long at, Map<String, ?> arguments) {
    begin("i", label, track, at);
    out.writeStringProperty("s", "t");
    arguments(arguments);
    end();
  }

  /** Numbers that a process has from a moment on. */
  void counter(String name, int process, long at, Map<String, Long> values) {
    begin("C", new Label("vm_refcnt", name), new Track(process, process), at);
    out.writeName("args");
    out.writeStartObject();
    values.forEach((key, value) -> {
      out.writeName(key);
      out.writeNumber(value);
    });
    out.writeEndObject();
    end();
  }

  /** A moment for all processes. */
  void instant(Label label, int process, long at) {
    begin("i", label, new Track(process, process), at);
    out.writeStringProperty("s", "g");
    end();
  }

  void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.writeRaw('\n');
    out.writeEndArray();
    out.writeEndObject();
    out.writeRaw('\n');
    out.close();
  }

  private void metadata(String what, int process, int thread) {
    out.writeRaw('\n');
    out.writeStartObject();
    out.writeStringProperty("ph", "M");
    out.writeStringProperty("name", what);
    out.writeNumberProperty("pid", process);
    out.writeNumberProperty("tid", thread);
    out.writeName("args");
    out.writeStartObject();
  }

  private void endMetadata() {
    out.writeEndObject();
    end();
  }

  /** How much is shown so far, beside names. */
  long shown() {
    return shown;
  }

  /** Of that, what is of one task. */
  long slices() {
    return slices;
  }

  private void begin(String phase, Label label, Track track, long at) {
    shown++;
    out.writeRaw('\n');
    out.writeStartObject();
    out.writeStringProperty("ph", phase);
    out.writeStringProperty("cat", label.category());
    out.writeStringProperty("name", label.name());
    out.writeNumberProperty("pid", track.process());
    out.writeNumberProperty("tid", track.thread());
    out.writeName("ts");
    time(at);
  }

  private void arguments(Map<String, ?> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    out.writeName("args");
    out.writeStartObject();
    arguments.forEach(
        (name, value) -> {
          out.writeName(name);
          if (value instanceof Long address) {
            digits.hex(out, address);
          } else {
            out.writeString(value.toString());
          }
        });
    out.writeEndObject();
  }

  private void end() {
    out.writeEndObject();
  }

  private void time(long value) {
    if (unit == ClockUnit.TICKS) {
      out.writeNumber(value);
    } else {
      digits.microseconds(out, value);
    }
  }
}
