package io.vmatrace.checker.concurrent;

import org.jspecify.annotations.Nullable;

/**
 * What one contender cost on a workload.
 *
 * @param contender a variant's name, or a baseline's
 * @param operationsPerSecond of all threads together, over the rounds of all its JVMs
 * @param cpuNanos processor time of one operation: what others do on the machine hardly shows in it, nor does the time asleep
 * @param fault times of page faults, or null where the workload has none
 * @param munmap times of munmap, or null
 * @param mmap times of mmap(MAP_FIXED), or null
 * @param retries how often a reader walked the tree again because it met a detached VMA
 * @param writerWaits how often a writer waited for readers
 * @param detached how many VMAs were detached
 * @param secondWaits how often that met a reader's temporary reference (vma_mark_detached()'s second wait)
 */
public record Measured(
    String contender,
    Interval operationsPerSecond,
    Interval cpuNanos,
    @Nullable Latency fault,
    @Nullable Latency munmap,
    @Nullable Latency mmap,
    long retries,
    long writerWaits,
    long detached,
    long secondWaits) {
  /**
   * Times, in nanoseconds. Taking them costs about as much as a fault does, and is in them.
   *
   * @param count how many were taken
   */
  public record Latency(long count, long p50, long p99, long p999) {}
}
