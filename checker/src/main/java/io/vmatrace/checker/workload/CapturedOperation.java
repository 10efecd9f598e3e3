package io.vmatrace.checker.workload;

import io.vmatrace.checker.protocol.StepId;
import java.util.List;

/**
 * What a task did once in a capture, and when.
 *
 * @param mm number of the mm, from 0
 * @param child number of the mm that a fork makes; else not looked at
 * @param page number of the page of a fault or look-up; else not looked at
 * @param changes what a write section does, in its order
 * @param downgrades whether the write section ends with a downgrade of the mmap_lock, and the operation with the release of that
 * @param marks steps that the capture shows, in their order; never empty
 */
public record CapturedOperation(Call call, int mm, int child, long page, List<VmaChange> changes, boolean downgrades, List<Mark> marks) {
  /** Which. */
  public enum Call {
    /** A page fault of user mode. */
    FAULT,
    /** A look-up of a VMA that is none of a fault's: madvise(). */
    LOOK_UP,
    /** Something under the mmap_lock for reading. */
    READ,
    /** Something under the mmap_lock for writing. */
    WRITE,
    /** dup_mmap(). */
    FORK,
    /** exit_mmap(). */
    EXIT
  }

  /**
   * A step of the engine that the capture shows.
   *
   * @param step which
   * @param time nanoseconds; no two marks of a capture have the same
   * @param value what a look-up came back with: not 0 for a VMA
   */
  public record Mark(StepId step, long time, long value) {}

  /** Where the capture shows a step first, among the marks from a place on; or -1. */
  public int find(StepId step, int from) {
    for (int i = from; i < marks.size(); i++) {
      if (marks.get(i).step() == step) {
        return i;
      }
    }
    return -1;
  }

  /** When it began, in nanoseconds. */
  public long begin() {
    return marks.getFirst().time();
  }
}
