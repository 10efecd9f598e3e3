package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.Op;

/** Follows a capture step by step, and keeps the outcomes that the variant does not allow. */
final class Conformance implements StepSink {
  private final ConformanceResult result = new ConformanceResult();
  private final Follower follower;

  Conformance(Variant variant) {
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
    if (step.op() == Op.PAGE_FAULT_SERVED) {
      result.fault(step.faultReason());
    }
    follower.follow(step);
  }

  @Override
  public void lost(long afterAt) {
    result.lost(afterAt);
    follower.forget();
  }
}
