package io.vmatrace.checker.info;

import io.vmatrace.checker.info.InfoReport.Loss;
import io.vmatrace.checker.info.InfoReport.Place;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where events are missing: between which events of their CPU. */
final class LossPlaces {
  /** LossPlaces that are told one by one. */
  static final int MOST = 1_000;

  private static final int MOST_CPUS = 1 << 15;
  private static final int ANY_CPU = -1;

  /** A loss and what surrounds it; 0 is no place. */
  private static final class Gap {
    final String what;
    final int cpu;
    final long count;
    final long afterAt;
    final long afterTime;
    long beforeAt;
    long beforeTime;

    Gap(String what, int cpu, long count, long afterAt, long afterTime) {
      this.what = what;
      this.cpu = cpu;
      this.count = count;
      this.afterAt = afterAt;
      this.afterTime = afterTime;
    }
  }

  private final List<Gap> gaps = new ArrayList<>();
  private final List<Gap> open = new ArrayList<>();
  private final List<Gap> pauses = new ArrayList<>();
  private long[] lastAt = new long[16];
  private long[] lastTime = new long[16];
  private long anyAt;
  private long anyTime;

  /** An event, or what stands where some are missing. */
  void see(EventKind kind, EventBatch events, int i) {
    if (kind == MarkerEvents.LOST_EVENTS) {
      add("lost", (int) events.value(i, Field.CPU), events.value(i, Field.COUNT));
    } else if (kind == MarkerEvents.THROTTLED) {
      paused(events, i);
    } else if (kind == MarkerEvents.UNTHROTTLED) {
      resumed(events, i);
    } else if (kind == MarkerEvents.BUFFER_STARTED) {
      add("overwritten before the first event of the CPU", (int) events.value(i, Field.CPU), 0);
    } else if (kind == MarkerEvents.DAMAGED) {
      add("unreadable", ANY_CPU, 0);
    } else {
      event(events.cpu(i), events.at(i), events.time(i));
    }
  }

  /** CPUs that had events, ascending. */
  List<Integer> cpus() {
    return IntStream.range(0, lastAt.length).filter(cpu -> lastAt[cpu] > 0).boxed().toList();
  }

  /** Whether the capture ends in a loss. */
  boolean hasOpen() {
    return !open.isEmpty() || !pauses.isEmpty();
  }

  List<Loss> all(LongFunction<String> time) {
    return gaps.stream()
        .map(
            gap ->
                new Loss(
                    gap.what,
                    gap.cpu < 0 ? null : gap.cpu,
                    gap.count,
                    place(gap.afterAt, gap.afterTime, time),
                    place(gap.beforeAt, gap.beforeTime, time)))
        .toList();
  }

  private static @Nullable Place place(long at, long time, LongFunction<String> text) {
    return at == 0 ? null : new Place(at, text.apply(time));
  }

  private void add(String what, int cpu, long count) {
    if (gaps.size() == MOST) {
      return;
    }
    boolean known = cpu >= 0 && cpu < MOST_CPUS;
    boolean seen = known && cpu < lastAt.length;
    Gap gap = new Gap(what, known ? cpu : ANY_CPU, count, seen ? lastAt[cpu] : known ? 0 : anyAt, seen ? lastTime[cpu] : anyTime);
    gaps.add(gap);
    open.add(gap);
  }

  /** A pause is from marker to marker, whatever happens between them. */
  private void paused(EventBatch events, int i) {
    if (gaps.size() < MOST) {
      int cpu = (int) events.value(i, Field.CPU);
      Gap gap = new Gap("throttled: the kernel stopped to record an event that came too often", cpu < MOST_CPUS ? cpu : ANY_CPU, 0, events.at(i), events.time(i));
      gaps.add(gap);
      pauses.add(gap);
    }
  }

  private void resumed(EventBatch events, int i) {
    int cpu = (int) events.value(i, Field.CPU);
    for (Iterator<Gap> waiting = pauses.iterator(); waiting.hasNext(); ) {
      Gap gap = waiting.next();
      if (gap.cpu == cpu) {
        gap.beforeAt = events.at(i);
        gap.beforeTime = events.time(i);
        waiting.remove();
        return;
      }
    }
  }

  private void event(int cpu, long at, long time) {
    anyAt = at;
    anyTime = time;
    if (cpu >= 0 && cpu < MOST_CPUS) {
      if (cpu >= lastAt.length) {
        lastAt = Arrays.copyOf(lastAt, Integer.highestOneBit(cpu) * 2);
        lastTime = Arrays.copyOf(lastTime, lastAt.length);
      }
      lastAt[cpu] = at;
      lastTime[cpu] = time;
    }
    if (!open.isEmpty()) {
      close(cpu, at, time);
    }
  }

  private void close(int cpu, long at, long time) {
    open.removeIf(
        gap -> {
          if (gap.cpu != ANY_CPU && gap.cpu != cpu) {
            return false;
          }
          gap.beforeAt = at;
          gap.beforeTime = time;
          return true;
        });
  }
}
