package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;

/** Follows a kernel without VMA locks: to 6.3 every fault takes the mmap_lock. */
final class MmapLockFollower implements Follower {
  private final ConformanceResult result;

  MmapLockFollower(ConformanceResult result) {
    this.result = result;
  }

  @Override
  public void forget() {
    // nothing is remembered
  }

  @Override
  public void follow(Step step) {
    switch (step.op()) {
      case LOCK_VMA_UNDER_RCU, VMA_START_READ, VMA_START_WRITE, VMA_MARK_DETACHED, VMA_EXCLUDE_READERS_FOR_DETACH ->
          result.mismatch(step, "mmap_read_lock", "a step of a VMA lock", "the mmap_lock alone", "");
      default -> {}
    }
  }
}
