package io.vmatrace.checker.check;

/**
 * A finding that is told while the capture is still read.
 *
 * @param rule its id
 * @param isDefinite whether it is more than possible, as far as is known now
 * @param at the event at which it was noticed
 * @param pid the task whose event that is
 * @param message what is wrong
 * @param mm address of the mm, or 0
 * @param vma address of the VMA, or 0
 */
public record EarlyFinding(String rule, boolean isDefinite, long at, int pid, String message, long mm, long vma) {}
