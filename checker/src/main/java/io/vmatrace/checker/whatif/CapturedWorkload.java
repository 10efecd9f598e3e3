package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.Variant;
import java.util.List;

/**
 * What the tasks of a capture did, and when.
 *
 * @param variant of the kernel that made the capture
 * @param tasks for each its operations in their order; none is empty
 * @param mms how many mms they are done in
 * @param mapped what was there before the capture began, as far as it shows
 */
public record CapturedWorkload(Variant variant, List<List<CapturedOperation>> tasks, int mms, List<Mapped> mapped) {
  /** A VMA that was there: from its first page to its last, in the mm of a number. */
  public record Mapped(int mm, long first, long last) {}

  /** How many operations there are. */
  public long size() {
    return tasks.stream().mapToLong(List::size).sum();
  }
}
