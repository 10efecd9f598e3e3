package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.StepSink;

/** Follows a capture step by step, and keeps the outcomes that the variant does not allow. */
final class Conformance implements StepSink {
  private final ConformanceResult result;
  private final Follower follower;

  Conformance(Variant variant) {
    result = new ConformanceResult(variant.generation());
    follower =
        switch (variant.generation()) {
          case MMAP_LOCK -> new MmapLockFollower(result);
          case RWSEM -> new RwsemFollower(result);
          case REFCOUNT, EXCLUDE_READERS -> new RefcountFollower(variant, result);
        };
  }

  ConformanceResult result() {
    return result;
  }

  @Override
  public void accept(Step step) {
    result.steps++;
    result.settle(step.task());
    result.faults.follow(step);
    follower.follow(step);
  }

  @Override
  public void lost(long afterAt) {
    result.lost(afterAt);
    follower.forget();
  }
}
