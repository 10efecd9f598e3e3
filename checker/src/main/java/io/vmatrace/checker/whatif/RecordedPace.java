package io.vmatrace.checker.whatif;

import io.vmatrace.checker.workload.CapturedWorkload;

/**
 * Does each step as long after the one before it as in a {@link Recording}, without its waits. A step that is not in the recording of
 * its operation takes as long as it usually did elsewhere; a skipped step takes no time.
 */
final class RecordedPace implements Pace {
  private final Recording recording;
  private final LockOrder order;
  private final long[] medians;
  private final int[] operations;
  private final int[] places;

  /** The place of each task's next step; or -1. */
  private final int[] found;

  private final boolean[] held;

  RecordedPace(CapturedWorkload workload, Recording recording) {
    int tasks = workload.tasks().size();
    this.recording = recording;
    order = new LockOrder(workload);
    medians = recording.medians();
    operations = new int[tasks];
    places = new int[tasks];
    found = new int[tasks];
    held = new boolean[tasks];
  }

  @Override
  public long due(NextStep next, long since, long now) {
    int task = next.task();
    int operation = next.operation();
    if (operations[task] != operation) {
      operations[task] = operation;
      places[task] = recording.begin(task, operation);
    }
    held[task] = order.isEarly(next);
    if (held[task]) {
      return NEVER;
    }
    int number = recording.number(next);
    found[task] = recording.find(next, number, places[task]);
    return since + (found[task] >= 0 ? recording.delay(task, found[task]) : number >= 0 ? medians[number] : 0);
  }

  @Override
  public boolean isHeld(int task) {
    return held[task];
  }

  @Override
  public void did(NextStep done, long delay) {
    int task = done.task();
    order.did(done);
    places[task] = found[task] >= 0 ? found[task] + 1 : places[task];
  }

  @Override
  public void over(int task, int operation) {
    order.over(task, operation);
  }
}
