package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Moment;

/**
 * An observed outcome that the variant does not allow, for any choice of unseen steps.
 *
 * @param moment the event
 * @param step the kernel function whose step does not fit
 * @param observed what the capture shows
 * @param allowed what the variant allows there
 * @param state what was known before the event
 * @param mm address of the mm, or 0
 * @param vma address of the VMA, or 0
 * @param task pid
 */
public record Mismatch(Moment moment, String step, String observed, String allowed, String state, long mm, long vma, int task) {}
