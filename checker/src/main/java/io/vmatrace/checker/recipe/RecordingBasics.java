package io.vmatrace.checker.recipe;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.input.CaptureFacts;
import java.util.ArrayList;
import java.util.List;

/** What every recording needs: room for all events, one clock for all CPUs, one name for each object. */
public final class RecordingBasics {
  /** Bytes that an event takes in the ring buffer, generously: the longest probes here take about 100. */
  private static final long EVENT_BYTES = 128;

  private static final long LEAST_KIB = 65_536;
  private static final long MOST_KIB = 1_048_576;

  private RecordingBasics() {}

  /**
   * What to change.
   *
   * @param lost events that are gone
   * @param cpusSeen how many CPUs had events
   * @param untracedTasks whether a task was made in the capture and is not seen in it
   */
  public static List<Advice.Step> steps(CaptureFacts facts, long lost, int cpusSeen, boolean untracedTasks) {
    List<Advice.Step> steps = new ArrayList<>();
    if (lost > 0) {
      long events = facts.stats().decoded() + facts.stats().ignored() + facts.stats().unknown() + lost;
      steps.add(step("room for all events (KiB per CPU)", "echo %d > buffer_size_kb".formatted(kibibytes(events, cpusSeen))));
    }
    if (facts.stats().hasHashedPointers()) {
      steps.add(step("raw pointers, so that tracepoints and probes name an object alike", "echo 0 > options/hash-ptr"));
    }
    if (facts.clockUnit() == ClockUnit.TICKS) {
      steps.add(step("a clock that counts nanoseconds", "echo mono > trace_clock"));
    } else if ("local".equals(facts.clock()) && cpusSeen > 1) {
      steps.add(step("one clock for all CPUs", "echo mono > trace_clock"));
    }
    if (untracedTasks) {
      steps.add(step("the threads and children of the traced task too", "echo 1 > options/event-fork"));
    }
    return steps;
  }

  private static Advice.Step step(String why, String line) {
    return Advice.Step.of(why, List.of(), List.of(line));
  }

  /** Twice what these events take, as a power of two. */
  private static long kibibytes(long events, int cpus) {
    long wanted = 2 * events * EVENT_BYTES / 1024 / Math.max(1, cpus);
    return Math.clamp(Long.highestOneBit(Math.max(1, wanted - 1)) * 2, LEAST_KIB, MOST_KIB);
  }
}
