package io.vmatrace.parser.perfetto;

import com.google.protobuf.WireFormat;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.perfetto.Contents.Bundles;
import io.vmatrace.parser.perfetto.Contents.Described;
import io.vmatrace.parser.perfetto.Contents.DescribedField;
import java.io.IOException;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;

/** Reads what a trace says about itself into its {@link Contents}. Each method takes the message that is the field in hand. */
final class Metadata {
  private static final int MOST_DESCRIBED = 1 << 16;
  private static final int MOST_EVENTS = 10_000;

  /** builtin_clock.proto. */
  private static final int REALTIME = 1;

  private static final int BOOTTIME = 6;

  /** FtraceConfig: only some system calls; what is behind the last known field may be a filter. */
  private static final int SYSCALL_EVENTS = 18;

  private static final int LAST_KNOWN = 34;
  private static final int FTRACE_CONFIG = 100;
  private static final String RING_BUFFER = "overwritten where Perfetto's buffer was full (RING_BUFFER)";

  private final Contents contents;

  Metadata(Contents contents) {
    this.contents = contents;
  }

  /** ftrace_event_bundle.proto FtraceClock; a trace of the clock boot does not say. */
  void clock(long number) {
    contents.clock =
        switch ((int) number) {
          case 0 -> "boot";
          case 2 -> "global";
          case 3 -> "local";
          case 4 -> "mono_raw";
          default -> "unknown";
        };
  }

  /** clock_snapshot.proto: the first one tells what time it was. */
  void snapshot(Message fields) throws IOException {
    long real = 0;
    long boot = 0;
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(1)) {
        long id = 0;
        long time = 0;
        fields.enter();
        while (fields.next()) {
          id = fields.isNumber(1) ? fields.number : id;
          time = fields.isNumber(2) ? fields.number : time;
        }
        fields.leave();
        real = id == REALTIME ? time : real;
        boot = id == BOOTTIME ? time : boot;
      }
    }
    fields.leave();
    if (real != 0 && boot != 0) {
      contents.details.putIfAbsent("clock at wall clock", "boot was %d ns at %d ns since 1970".formatted(boot, real));
    }
  }

  /** GenericEventDescriptor: which field of an event it describes, and the message there (google/protobuf/descriptor.proto). */
  void descriptor(byte[] b, Message fields) throws IOException {
    if (!fields.isBytes(Bundle.DESCRIPTOR)) {
      return;
    }
    int id = 0;
    String system = "";
    String name = "";
    IntObjectHashMap<DescribedField> described = new IntObjectHashMap<>();
    fields.enter();
    while (fields.next()) {
      if (fields.isNumber(1)) {
        id = (int) fields.number;
      } else if (fields.isBytes(3)) {
        system = Survey.text(b, fields.from, fields.to);
      } else if (fields.isBytes(2)) {
        fields.enter();
        while (fields.next()) {
          if (fields.isBytes(1)) {
            name = Survey.text(b, fields.from, fields.to);
          } else if (fields.isBytes(2)) {
            field(b, fields, described);
          }
        }
        fields.leave();
      }
    }
    fields.leave();
    if (!name.isEmpty() && contents.described.size() < MOST_DESCRIBED) {
      contents.described.getIfAbsentPut(id, new Described(system, name, described));
    }
  }

  private static void field(byte[] b, Message fields, IntObjectHashMap<DescribedField> described) throws IOException {
    String name = "";
    int number = 0;
    int type = 0;
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(1)) {
        name = Survey.text(b, fields.from, fields.to);
      } else if (fields.isNumber(3)) {
        number = (int) fields.number;
      } else if (fields.isNumber(5)) {
        type = (int) fields.number;
      }
    }
    fields.leave();
    described.put(number, new DescribedField(name, type));
  }

  /** trace_config.proto: which events were asked for. */
  void config(byte[] b, Message fields) throws IOException {
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(2)) {
        fields.enter();
        while (fields.next()) {
          if (fields.isBytes(1)) {
            dataSource(b, fields);
          }
        }
        fields.leave();
      }
    }
    fields.leave();
  }

  private void dataSource(byte[] b, Message fields) throws IOException {
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(FTRACE_CONFIG)) {
        fields.enter();
        while (fields.next()) {
          if (fields.isBytes(1) && contents.events.size() < MOST_EVENTS) {
            contents.events.add(Survey.text(b, fields.from, fields.to));
          }
          contents.filtered |= fields.field == SYSCALL_EVENTS || fields.field > LAST_KNOWN;
        }
        fields.leave();
      }
    }
    fields.leave();
  }

  /** ftrace_stats.proto: what the kernel's buffers lost, at the begin and the end, and which events there were not. */
  void ftraceStats(byte[] b, Message fields, Bundles bundles) throws IOException {
    int phase = 0;
    fields.enter();
    while (fields.next()) {
      if (fields.isNumber(1)) {
        phase = (int) fields.number;
      } else if (fields.isBytes(2)) {
        lost(fields, phase, bundles);
      } else if ((fields.isBytes(6) || fields.isBytes(7)) && contents.failed.size() < MOST_EVENTS) {
        contents.failed.add(Survey.text(b, fields.from, fields.to));
      }
    }
    fields.leave();
  }

  /** FtraceCpuStats: overrun, commit_overrun, dropped_events. */
  private static void lost(Message fields, int phase, Bundles bundles) throws IOException {
    int cpu = -1;
    long lost = 0;
    fields.enter();
    while (fields.next()) {
      if (fields.isNumber(1)) {
        cpu = Math.clamp(fields.number, -1, Contents.MOST_CPUS);
      } else if (fields.isNumber(3) || fields.isNumber(4) || fields.isNumber(8)) {
        lost += Math.max(0, fields.number);
      }
    }
    fields.leave();
    if (cpu >= 0 && cpu < Contents.MOST_CPUS && (phase == 1 || phase == 2)) {
      bundles.lost.getIfAbsentPut(cpu, () -> new long[] {-1, -1})[phase - 1] = lost;
    }
  }

  /** trace_stats.proto BufferStats: what did not fit into Perfetto's own buffers. */
  void traceStats(Message fields) throws IOException {
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(1)) {
        fields.enter();
        while (fields.next()) {
          if (fields.isNumber(3) && fields.number > 0) {
            contents.details.put(CaptureFacts.OVERWRITTEN, RING_BUFFER);
          }
          contents.discarded |= fields.isNumber(18) && fields.number > 0;
        }
        fields.leave();
      }
    }
    fields.leave();
  }

  /** system_info.proto. */
  void system(byte[] b, Message fields) throws IOException {
    fields.enter();
    while (fields.next()) {
      if (fields.isBytes(1)) {
        fields.enter();
        while (fields.next()) {
          if (fields.isBytes(3)) {
            contents.release = Survey.text(b, fields.from, fields.to);
          } else if (fields.isBytes(4)) {
            contents.machine = Survey.text(b, fields.from, fields.to);
          }
        }
        fields.leave();
      } else if (fields.isBytes(2)) {
        contents.details.put("build", Survey.text(b, fields.from, fields.to));
      } else if (fields.isBytes(4)) {
        contents.details.put("perfetto", Survey.text(b, fields.from, fields.to));
      } else if (fields.field == 8 && fields.wire == WireFormat.WIRETYPE_VARINT) {
        contents.cpus = Math.clamp(fields.number, 0, 1 << 20);
      }
    }
    fields.leave();
  }

  /** What can be said when all is known. */
  void finish() {
    if (contents.machine != null) {
      contents.details.put("architecture", contents.machine);
    }
    if (!contents.events.isEmpty()) {
      contents.details.put("events", String.join(", ", contents.events));
    }
    if (!contents.failed.isEmpty()) {
      contents.details.put("events that could not be recorded", String.join(", ", contents.failed));
    }
    long writers = contents.writers.values().stream().filter(bundles -> !bundles.places.isEmpty()).count();
    if (writers > 1) {
      contents.details.put("sessions of ftrace", "%d: the events of the largest one are read".formatted(writers));
    }
    if (contents.discarded) {
      contents.details.put("newest events", "discarded where Perfetto's buffer was full (DISCARD)");
    }
  }
}
