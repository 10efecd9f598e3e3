package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;

/** Follows a kernel without VMA locks: to 6.3 every fault takes the mmap_lock. */
final class MmapLockFollower implements Follower {
  private final ConformanceResult result;

  /** Whether steps of a VMA lock have been refused, of which the fault under it is the outcome. */
  private boolean refusedSteps;

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
      case LOCK_VMA_UNDER_RCU, VMA_START_READ, VMA_START_WRITE, VMA_MARK_DETACHED, VMA_EXCLUDE_READERS_FOR_DETACH -> {
        refusedSteps = true;
        result.mismatch(step, ConformanceResult.function(step.op()), "a step of a VMA lock", "the mmap_lock alone", "");
      }
      case PAGE_FAULT_SERVED -> served(step);
      default -> {}
    }
  }

  private void served(Step step) {
    switch (step.faultReason().path()) {
      case MMAP_LOCK -> result.allowed();
      case VMA_LOCK -> {
        if (!refusedSteps) {
          result.mismatch(step, "do_user_addr_fault", "a page fault, over by this event, that did not take the mmap_lock", "the mmap_lock for every page fault", "");
        }
      }
      case UNRESOLVED -> {}
    }
  }
}
