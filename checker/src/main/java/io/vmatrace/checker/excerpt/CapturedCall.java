package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import org.jspecify.annotations.Nullable;

/**
 * What a task did once in a capture: a system call, a page fault, a look-up, or what ran under the mmap_lock.
 *
 * @param pid whose it is
 * @param program the program of the step table that does the same; empty where none does
 * @param what it is, for a person
 * @param mm in which; null where the capture does not show it
 * @param child the mm that a fork makes, else null
 * @param range the bytes that it is about; null where they are not known, or it is about all of the mm
 * @param to the first byte of where a range is moved to; else 0
 * @param merge the VMA before the range that takes it, else null
 * @param begin when its first event was, in the capture's unit of time
 * @param end when its last one was; {@link Long#MAX_VALUE} where it is not over
 */
record CapturedCall(int pid, String program, String what, @Nullable MmState mm, @Nullable MmState child, @Nullable PageRange range, long to, @Nullable Merge merge, long begin, long end) {
  /**
   * A VMA that takes what is behind it.
   *
   * @param bare whether it gets the anon_vma of that, so it had none
   */
  record Merge(PageRange left, boolean bare) {}

  boolean isUnderWayAt(long time) {
    return begin <= time && time <= end;
  }

  /** How long before a moment it was over, or after it it began; 0 while it was under way. */
  long distance(long time) {
    return begin > time ? begin - time : end < time ? time - end : 0;
  }

  boolean isIn(MmState of) {
    return mm == of || child == of;
  }

  /** Whether it is a page fault that does not change the tree. */
  boolean isFault() {
    return program.equals("fault") || program.equals("write_fault");
  }

  /** The same as {@link #overlaps}, or another is about the VMA that takes this one's range. */
  boolean meets(CapturedCall other) {
    return overlaps(other) || merge != null && other.range != null && merge.left.overlaps(other.range);
  }

  /** Whether it is about all of its mm. */
  boolean isOfAll() {
    return program.equals("fork") || program.equals("exit") || program.equals("maps");
  }

  /** Whether the two may be about one page. */
  boolean overlaps(CapturedCall other) {
    return isOfAll() || other.isOfAll() || range == null || other.range == null || range.overlaps(other.range);
  }
}
