package io.vmatrace.parser.tracedat;

import java.util.stream.IntStream;
import org.eclipse.collections.impl.map.mutable.primitive.IntLongHashMap;

/**
 * What the ring buffers said of lost events at the end: the options CPUSTAT, each the text of {@code per_cpu/cpuN/stats} after a
 * line {@code CPU: N} (tracecmd/trace-record.c).
 */
final class CpuStat {
  private final IntLongHashMap overrun = new IntLongHashMap();
  private final IntLongHashMap dropped = new IntLongHashMap();
  private final IntLongHashMap read = new IntLongHashMap();

  /** Reads the text of one CPU. */
  void add(String text) {
    int cpu = -1;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      int colon = line.indexOf(':');
      String key = colon < 0 ? "" : line.substring(0, colon).strip();
      switch (key) {
        case "CPU" -> cpu = (int) number(line.substring(colon + 1));
        case "overrun" -> overrun.addToValue(cpu, number(line.substring(colon + 1)));
        case "commit overrun", "dropped events" -> dropped.addToValue(cpu, number(line.substring(colon + 1)));
        case "read events" -> read.addToValue(cpu, number(line.substring(colon + 1)));
        default -> {}
      }
    }
  }

  private static long number(String text) {
    try {
      return Math.clamp(Long.parseLong(text.strip()), 0, 1L << 40);
    } catch (NumberFormatException _) {
      return 0; // a line that no kernel prints says nothing
    }
  }

  /** The CPUs that lost events, in their order. */
  int[] cpus() {
    return IntStream.concat(IntStream.of(overrun.keySet().toArray()), IntStream.of(dropped.keySet().toArray())).distinct().sorted().toArray();
  }

  /** Events of a CPU that were overwritten before they were read; pages say where. */
  long overrun(int cpu) {
    return overrun.get(cpu);
  }

  /** Events of a CPU for which there was no room; no page says where. */
  long dropped(int cpu) {
    return dropped.get(cpu);
  }

  /** Events of a CPU that were read, by whom ever: each is read once. */
  long read(int cpu) {
    return read.get(cpu);
  }
}
