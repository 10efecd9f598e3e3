package io.vmatrace.checker.measure;

/**
 * What a round took.
 *
 * @param nanos from when the first task begins until the last has ended
 * @param cpuNanos that all tasks together were running on a processor
 */
record Round(long nanos, long cpuNanos) {}
