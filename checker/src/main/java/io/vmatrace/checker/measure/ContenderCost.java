package io.vmatrace.checker.measure;

import io.vmatrace.checker.measure.Operation.Call;
import java.util.Map;

/**
 * What one contender cost in one part.
 *
 * @param contender a variant's name, or a baseline's, or the floor's
 * @param operationsPerSecond of all threads together
 * @param cpuNanos processor time of one operation: what others do on the machine hardly shows in it, nor does the time asleep
 * @param processors that the threads had on average: fewer than there are where they slept, or others had them
 * @param ratios its cost by that of the floor and of each baseline in the same round, by their names
 * @param latencies times of single operations; empty where they were not taken
 * @param counts what tasks had to do because others were there
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
   * Times, in nanoseconds: percentiles in each JVM. Taking them costs about as much as a fault does, and is in them.
   *
   * @param count how many were taken
   */
  public record Latency(long count, Interval p50, Interval p99, Interval p999) {}
}
