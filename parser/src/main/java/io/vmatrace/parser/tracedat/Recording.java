package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.record.EventFormat;
import io.vmatrace.parser.record.FunctionRecords;
import io.vmatrace.parser.record.RecordDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was read of a recording before its events: their layout, their place, and their description. */
final class Recording {
  /** Clocks that count nanoseconds: kernel/trace/trace.c trace_clocks[] with in_ns, but uptime, which counts jiffies in nanoseconds' place. */
  private static final Set<String> NANOSECOND_CLOCKS = Set.of("local", "global", "perf", "mono", "mono_raw", "boot", "tai", "tsc2nsec");

  final Numbers numbers;
  final RecordDecoder records;
  final TraceClock clock = new TraceClock();
  final CpuStat stat = new CpuStat();
  final List<CpuArea> areas = new ArrayList<>();

  /** Bytes that are not read, and why. */
  final Map<String, Long> leftOut = new TreeMap<>();

  /** A kernel has more than a thousand events: that many nobody chooses. */
  private static final int MOST_CHOSEN = 400;

  private final Set<String> events = new HashSet<>();
  private final Map<String, String> bufferClocks = new HashMap<>();

  /** Further facts, for a person, in the order in which they were found. */
  final Map<String, String> details = new LinkedHashMap<>();

  /** The trace clock's name; null when it is not said. */
  @Nullable String clockName;

  /** uname -r, or null. */
  @Nullable String release;

  /** uname -m, or null. */
  @Nullable String machine;

  /** CPUs of the machine, 0 when not said. */
  int cpus;

  /** Whether the file ends before it could have said how many CPUs had events. */
  boolean lostCpus;

  /** What is missing at the end, or null. */
  @Nullable String cutShort;

  Recording(Numbers numbers, EventNames names) {
    this.numbers = numbers;
    records = new RecordDecoder(numbers, names);
    records.tellPreemption();
  }

  /**
   * Adds an event's format.
   *
   * @throws IllegalArgumentException when it is none
   */
  void format(String system, String text) {
    EventFormat format = EventFormat.parse(system, text);
    records.add(format);
    events.add(format.name());
  }

  /** The events that trace-cmd record was told to record, of which alone it keeps the formats; none where it has those of all events. */
  Set<String> chosenEvents() {
    return events.size() > MOST_CHOSEN ? Set.of() : Set.copyOf(events);
  }

  /** Says where a trace.dat has the symbols of the kernel. */
  void symbols(FunctionRecords.Source source) {
    records.functions().symbols(source, "record as root, with kernel.kptr_restrict=0");
  }

  /** Reads the names of tasks: lines of pid, a space and a name ({@code saved_cmdlines}). */
  void comms(String text) {
    text.lines().forEach(line -> {
      int space = line.indexOf(' ');
      if (space > 0 && line.substring(0, space).chars().allMatch(Character::isDigit) && space < 10) {
        records.comm(Integer.parseInt(line.substring(0, space)), line.substring(space + 1));
      }
    });
  }

  /** Reads the clock's name from the file {@code trace_clock}, where it is in brackets. */
  void clocks(String text) {
    int from = text.indexOf('[');
    int to = text.indexOf(']', from + 1);
    if (from >= 0 && to > from + 1) {
      clockName = text.substring(from + 1, to);
    }
  }

  /** Whether {@code vmatrace record} has made it, and has moved all that was read. */
  boolean isOfVmatrace() {
    return details.containsKey("recorded");
  }

  /** Whether the times are ticks of a clock that nobody turned into nanoseconds. */
  boolean isInTicks() {
    return clockName != null && !NANOSECOND_CLOCKS.contains(clockName) && !clock.turnsTicksIntoNanoseconds();
  }

  /** Notes the clock of a buffer; the top one's is the recording's when no option says which that is. */
  void clockOf(String buffer, String name) {
    bufferClocks.put(buffer, name);
    if (buffer.isEmpty() && clockName == null && !name.isEmpty()) {
      clockName = name;
    }
  }

  /**
   * Leaves out the instances that have another clock than the recording: their times cannot be compared with the others'. Their bytes
   * are counted as unknown.
   */
  void leaveOutOtherClocks() {
    for (CpuArea area : List.copyOf(areas)) {
      String of = bufferClocks.getOrDefault(area.buffer(), "");
      if (!of.isEmpty() && clockName != null && !of.equals(clockName)) {
        areas.remove(area);
        leftOut.merge("instance %s with clock %s".formatted(area.buffer(), of), area.size(), Long::sum);
      }
    }
  }

  /** Adds to what is said under a name. */
  void detail(String name, String value) {
    details.merge(name, value, (old, more) -> old + ", " + more);
  }
}
