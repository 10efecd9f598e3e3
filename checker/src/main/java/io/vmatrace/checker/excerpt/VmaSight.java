package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;

/**
 * A VMA as it was seen.
 *
 * @param vma its address
 * @param time when, in the capture's unit of time
 */
record VmaSight(MmState mm, long vma, PageRange range, long time) {}
