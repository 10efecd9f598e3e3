package io.vmatrace.checker.reconstruct;

/**
 * Events of a CPU that are missing though nothing says so.
 *
 * @param isAtItsBeginning whether those before its first event here are missing; else those after its last one
 * @param at where in the capture that event is
 */
public record UnmarkedLoss(int cpu, boolean isAtItsBeginning, long at) {}
