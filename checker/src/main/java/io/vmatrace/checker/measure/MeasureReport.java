package io.vmatrace.checker.measure;

import java.util.List;

/**
 * The measurements, and the machine.
 *
 * @param path of the capture
 * @param processors that the JVM may use
 * @param jvm its version
 */
public record MeasureReport(String path, int processors, String jvm, Measure.Settings settings, List<Part> parts) {
  /**
   * One part of the measurements.
   *
   * @param workload operations of all threads together, once
   * @param operations in each round: the workload, repeated
   */
  public record Part(Kind kind, int threads, long workload, long operations, List<ContenderCost> measured) {
    /** Which. */
    public enum Kind {
      /** The faults of the mm that has most, on one thread: the path without contention, by its processor time. */
      FAULTS_ALONE,
      /** The same on several threads, by elapsed time. */
      FAULTS_TOGETHER,
      /** All operations, by elapsed time. */
      ALL;

      /** Whether costs are compared by processor time; else by elapsed time. */
      public boolean isByProcessorTime() {
        return this == FAULTS_ALONE;
      }
    }
  }
}
