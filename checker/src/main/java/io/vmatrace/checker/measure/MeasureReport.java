package io.vmatrace.checker.measure;

import java.util.List;

/**
 * What was measured, and on what.
 *
 * @param path of the capture
 * @param processors that the JVM may use
 * @param jvm its version
 */
public record MeasureReport(String path, int processors, String jvm, Measure.Settings settings, List<Part> parts) {
  /**
   * One of the things that are measured.
   *
   * @param workload operations of all threads together, once
   * @param operations in each round: the workload, repeated
   */
  public record Part(Kind kind, int threads, long workload, long operations, List<ContenderCost> measured) {
    /** Which. */
    public enum Kind {
      /** The faults of the mm that has most, on one thread: the path that nobody contends for, by the processor time that it takes. */
      FAULTS_ALONE,
      /** The same on several threads, by the time that passes. */
      FAULTS_TOGETHER,
      /** Everything that the tasks did, by the time that passes. */
      ALL;

      /** What costs are compared by: else by the time that passes. */
      public boolean isByProcessorTime() {
        return this == FAULTS_ALONE;
      }
    }
  }
}
