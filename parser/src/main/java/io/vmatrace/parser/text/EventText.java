package io.vmatrace.parser.text;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.NamedEvent;
import io.vmatrace.parser.event.ValueForm;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events of a binary capture as lines of the kernel's own text, which {@link EventLines} reads as the same events.
 *
 * <pre>
 *         workload-145     [001] .....     7.526518297: mmap_lock_released: mm=0xff17556e8495ce00 memcg_id=1 write=true
 * </pre>
 */
public final class EventText {

  private final EventNames names;
  private final ClockUnit clock;

  /** @param names what events are called in the capture, and will be in the text */
  public EventText(EventNames names, ClockUnit clock) {
    this.names = names;
    this.clock = clock;
  }

  /** The i-th event of a batch, with what the capture says of it; without the end of the line. */
  public String line(EventBatch events, int i, EventDescription described) {
    if (MarkerEvents.isMarker(events.kind(i))) {
      return marker(events, i);
    }
    String comm = described.comm().isEmpty() ? "<...>" : described.comm().replaceAll("\\p{Cntrl}", "?");
    String cpu = events.cpu(i) < 0 ? "???" : "%03d".formatted(events.cpu(i));
    return "%16s-%-7d [%s] %s %s: %s".formatted(comm, events.task(i), cpu, flags(events, i), time(events.time(i)), event(events, i, described));
  }

  /** A place where events are missing: as a kernel says it, where the CPU is known, else as a line that nobody can read. */
  private static String marker(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    long cpu = events.has(i, Field.CPU) ? events.value(i, Field.CPU) : -1;
    if (cpu < 0 || !MarkerEvents.isLoss(kind) || kind == MarkerEvents.DAMAGED) {
      return "[events are missing here]";
    }
    if (kind == MarkerEvents.BUFFER_STARTED) {
      return "##### CPU %d buffer started ####".formatted(cpu);
    }
    long count = events.value(i, Field.COUNT);
    return count > 0 ? "CPU:%d [LOST %d EVENTS]".formatted(cpu, count) : "CPU:%d [LOST EVENTS]".formatted(cpu);
  }

  /** As far as they are known: the context, and whether preemption was off (kernel/trace/trace_output.c trace_print_lat_fmt()). */
  private static String flags(EventBatch events, int i) {
    return events.inInterrupt(i) ? "..h.." : events.isAtomic(i) ? "...1." : ".....";
  }

  private String time(long time) {
    return clock == ClockUnit.TICKS ? clock.text(time) : "%15s".formatted(clock.text(time));
  }

  /** The fields of its record, where a text of that name has them too; else what is known of it. */
  private String event(EventBatch events, int i, EventDescription described) {
    EventKind kind = events.kind(i);
    return switch (kind.text()) {
      case ARGUMENTS, STRINGS -> "sys_%s(%s)".formatted(call(described.name(), "sys_enter_"), arguments(events, i));
      case RESULT -> "sys_%s -> 0x%x".formatted(call(described.name(), "sys_exit_"), events.value(i, Field.RET));
      case RAW_SYSCALL -> rawSystemCall(events, i);
      default -> kind == EventKind.UNKNOWN || kind == named(kind, described.name()) ? described.name() + ": " + described.values() : known(events, i);
    };
  }

  private static String call(String name, String prefix) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** {@code addr: 7fe23de50000, len: 10000} (kernel/trace/trace_syscalls.c print_syscall_enter()). */
  private static String arguments(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    return kind.fields().stream()
        .filter(field -> events.has(i, field))
        .map(field -> "%s: %x".formatted(kind.spellings(field).getFirst(), events.value(i, field)))
        .collect(Collectors.joining(", "));
  }

  private static String known(EventBatch events, int i) {
    return events.kind(i) == SchedEvents.SCHED_PROCESS_FORK
        ? "sched_process_fork: comm=? pid=%d child_comm=? child_pid=%d".formatted(events.task(i), events.value(i, Field.PID))
        : keyed(events, i);
  }

  private EventKind named(EventKind kind, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    boolean probe = kind.source().isProbe();
    NamedEvent event = names.event(bytes, 0, bytes.length, EventNames.hash(bytes, 0, bytes.length), probe);
    return event == null ? EventKind.UNKNOWN : event.kind();
  }

  /** {@code sys_enter: NR 9 (0, 2000, 3, 22, ffffffffffffffff, 0)}, of which the sixth argument is not known; {@code sys_exit: NR 9 = 0}. */
  private static String rawSystemCall(EventBatch events, int i) {
    long number = events.value(i, Field.SYSCALL_NR);
    if (events.has(i, Field.RET)) {
      return "sys_exit: NR %d = %d".formatted(number, events.value(i, Field.RET));
    }
    String arguments =
        Stream.of(Field.START, Field.LENGTH, Field.NEW_LENGTH, Field.FLAGS, Field.ADDRESS)
            .map(field -> Long.toHexString(events.value(i, field)))
            .collect(Collectors.joining(", "));
    return "sys_enter: NR %d (%s, 0)".formatted(number, arguments);
  }

  /** {@code vma_link: (vma_link) mm=0xff48a0dac105ec00 vma=0xff48a0dac3400b40}: as a probe at the function would print it. */
  private static String keyed(EventBatch events, int i) {
    EventKind kind = events.kind(i);
    StringBuilder text = new StringBuilder(kind.eventName()).append(':');
    if (kind.source() != EventKind.Source.TRACEPOINT) {
      text.append(" (").append(kind.kernelName()).append(')');
    }
    for (Field field : kind.fields()) {
      if (events.has(i, field) && !kind.spellings(field).isEmpty()) {
        text.append(' ').append(key(kind, field)).append('=').append(value(kind.form(field), events.value(i, field)));
      }
    }
    return text.toString();
  }

  private static String key(EventKind kind, Field field) {
    boolean pageFault = kind == PageFaultEvents.PAGE_FAULT_USER || kind == PageFaultEvents.PAGE_FAULT_KERNEL;
    return pageFault && field == Field.FLAGS ? "error_code" : kind.spellings(field).getFirst();
  }

  private static String value(ValueForm form, long value) {
    return switch (form) {
      case ADDRESS, FLAGS -> "0x" + Long.toHexString(value);
      case BOOLEAN -> Boolean.toString(value != 0);
      case NUMBER, LETTER -> Long.toString(value);
    };
  }
}
