package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.Op;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;

/** Takes a capture's steps apart for its picture. */
final class PictureSteps implements StepSink {
  /** Losses that are shown; of more the first. */
  private static final int MOST_LOSSES = 10_000;

  final Numbering numbering = new Numbering();
  final TaskSpans tasks = new TaskSpans(numbering);
  final VmaSpans vmas = new VmaSpans(numbering, tasks);
  final Counters counters = new Counters(numbering);
  final FaultGrid faults = new FaultGrid();
  final LongArrayList losses = new LongArrayList();
  private long time = Long.MIN_VALUE;

  @Override
  public void accept(Step step) {
    time = Math.max(time, step.moment().time());
    counters.accept(step);
    vmas.accept(step); // first: it asks which look-ups are in flight
    tasks.accept(step);
    if (step.op() == Op.PAGE_FAULT_SERVED) {
      faults.add(step.faultEnd(), step.address(), step.faultReason().path());
    }
  }

  @Override
  public void lost(long afterAt) {
    if (time != Long.MIN_VALUE) {
      vmas.lost(time);
      tasks.lost();
      if (losses.size() < MOST_LOSSES) {
        losses.add(time);
      }
    }
  }

  @Override
  public void end() {
    if (time != Long.MIN_VALUE) {
      vmas.end(time);
      tasks.end(time);
    }
  }
}
