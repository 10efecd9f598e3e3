package io.vmatrace.checker.measure;

/**
 * The cost of a round.
 *
 * @param nanos from when the first task begins until the last has ended
 * @param cpuNanos that all tasks together were running on a processor
 */
record Round(long nanos, long cpuNanos) {}
