package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;

/** Follows the lock that is a rw_semaphore and a flag, 6.4 to 6.14 (docs/PROTOCOL.md, State of a VMA). Its write lock is inline: no event shows it. */
final class RwsemFollower implements Follower {
  private final ConformanceResult result;

  RwsemFollower(ConformanceResult result) {
    this.result = result;
  }

  @Override
  public void forget() {
    // every comparison is of one event's own values
  }

  @Override
  public void follow(Step step) {
    Sample sample = step.sample();
    if (sample.hasRefcnt()) {
      result.mismatch(step, ConformanceResult.function(step.op()), "a VMA with a vm_refcnt", "a rw_semaphore and a detached flag", "");
      return;
    }
    switch (step.op()) {
      case VMA_START_READ -> result.granted++;
      case VMA_START_READ_REFUSED -> result.refused++;
      case VMA_START_WRITE, VMA_START_WRITE_RET, VMA_MARK_DETACHED, VMA_MARK_DETACHED_RET, VMA_EXCLUDE_READERS_FOR_DETACH ->
          result.mismatch(step, ConformanceResult.function(step.op()), "a function that came with vm_refcnt", "down_write() inside vma_start_write()", "");
      case HANDLE_MM_FAULT -> handles(step, sample);
      default -> {}
    }
  }

  private void handles(Step step, Sample sample) {
    if (!step.isUnderVmaLock()) {
      return;
    }
    if (sample.hasDetached()) {
      compare(step, !sample.detached(), "detached", "a look at the next VMA: this one is detached");
    }
    if (sample.hasSeqs()) {
      compare(
          step, sample.lockSeq() != sample.mmSeq(), "vm_lock_seq %d and mm_lock_seq the same".formatted(sample.lockSeq()),
          "two that differ: the VMA is not write-locked");
    }
  }

  private void compare(Step step, boolean fits, String observed, String allowed) {
    if (fits) {
      result.allowed();
    } else {
      result.mismatch(step, "vma_start_read", observed, allowed, "");
    }
  }
}
