package io.vmatrace.checker.workload;

import io.vmatrace.checker.protocol.Variant;
import java.util.List;

/**
 * What the tasks of a capture did, and when.
 *
 * @param variant of the kernel that made the capture
 * @param tasks for each its operations in their order; none is empty
 * @param mms how many mms they are done in
 * @param mapped VMAs from before the capture, as far as it shows them
 */
public record CapturedWorkload(Variant variant, List<List<CapturedOperation>> tasks, int mms, List<Mapped> mapped) {
  /** A VMA from before the capture: its first and last page, and the number of its mm. */
  public record Mapped(int mm, long first, long last) {}

  /** How many operations there are. */
  public long size() {
    return tasks.stream().mapToLong(List::size).sum();
  }
}
