package io.vmatrace.cli.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Events that the ring buffers lost, and when: what their counts say now and then; and those that somebody else took out of them. */
final class BufferLosses {
  /**
   * The losses of one CPU.
   *
   * @param events how many are gone
   * @param fromMilliseconds since the beginning, of the last look before the first of them
   * @param toMilliseconds of the first look after the last of them
   */
  record Lost(int cpu, long events, long fromMilliseconds, long toMilliseconds) {
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "CPU %d lost %,d events between %.1f s and %.1f s", cpu, events, fromMilliseconds / 1e3, toMilliseconds / 1e3);
    }
  }

  private final TraceInstance instance;
  private final List<Integer> cpus;
  private final TreeMap<Integer, Lost> lost = new TreeMap<>();
  private final List<String> taken = new ArrayList<>();
  private long lastLook;

  BufferLosses(TraceInstance instance, List<Integer> cpus) {
    this.instance = instance;
    this.cpus = cpus;
  }

  /** Looks at the counts of all CPUs, so many milliseconds after the beginning. */
  void look(long milliseconds) throws IOException {
    for (int cpu : cpus) {
      String stats = instance.stats(cpu);
      long now = count(stats, "overrun") + count(stats, "commit overrun") + count(stats, "dropped events");
      Lost before = lost.get(cpu);
      if (now > (before == null ? 0 : before.events())) {
        lost.put(cpu, new Lost(cpu, now, before == null ? lastLook : before.fromMilliseconds(), milliseconds));
      }
    }
    lastLook = milliseconds;
  }

  /** Compares the counts of all CPUs with what was moved, in the end: each event of a buffer is read once. */
  void compare(PageMovers movers) throws IOException {
    for (int cpu : cpus) {
      long events = count(instance.stats(cpu), "read events") - movers.events(cpu);
      if (events > 0) {
        taken.add(String.format(Locale.ROOT, "CPU %d: another reader of %s took %,d events", cpu, instance.path(), events));
      }
    }
  }

  /** Whether any was overwritten, or had no room. */
  boolean isRoomShort() {
    return !lost.isEmpty();
  }

  /** A line for each CPU that lost any, and for each of which any were taken. */
  List<String> lines() {
    return Stream.concat(lost.values().stream().map(Object::toString), taken.stream()).toList();
  }

  /** The number behind a key in the text of {@code per_cpu/cpuN/stats}. */
  static long count(String stats, String key) {
    return stats.lines().filter(line -> line.startsWith(key + ":")).mapToLong(line -> Long.parseLong(line.substring(key.length() + 1).strip())).sum();
  }
}
