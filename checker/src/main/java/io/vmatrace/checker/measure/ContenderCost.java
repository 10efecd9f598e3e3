package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import java.util.Map;

/**
 * What one contender cost in one part.
 *
 * @param contender a variant's name, or a baseline's, or the floor's
 * @param operationsPerSecond of all threads together
 * @param cpuNanos processor time of one operation: other work on the machine hardly shows in it, and sleep does not
 * @param processors that the threads had on average: fewer than there are if they slept, or others used them
 * @param ratios its cost by that of the floor, of each baseline, and for today's order of its rivals, in the same round, by their names
 * @param latencies times of single operations; empty if they were not taken
 * @param counts what tasks met because of other tasks
 */
public record ContenderCost(
    String contender,
    Interval operationsPerSecond,
    Interval cpuNanos,
    Interval processors,
    Map<String, Interval> ratios,
    Map<Call, Latency> latencies,
    ContentionCounts counts) {
  /**
   * Times, in nanoseconds: percentiles in each JVM. Taking them costs about as much as a fault, which they include.
   *
   * @param count how many were taken
   */
  public record Latency(long count, Interval p50, Interval p99, Interval p999) {}
}
