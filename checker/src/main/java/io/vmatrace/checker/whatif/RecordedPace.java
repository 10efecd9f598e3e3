package io.vmatrace.checker.whatif;

import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Does each step as long after the one before it as in a {@link Recording}, without its waits. A step that is not in the recording of
 * its operation takes as long as it usually did elsewhere; a skipped step takes no time. With jitter each step comes up to a microsecond
 * later than that, by chance: so exactly does tracefs print when an event was. What a step is late by is not added to the next one's time.
 */
final class RecordedPace implements Pace {
  /** Nanoseconds. */
  static final long JITTER = 1_000;

  private final Recording recording;
  private final LockOrder order;
  private final long[] medians;
  private final int[] operations;
  private final int[] places;

  /** The place of each task's next step; or -1. */
  private final int[] found;

  private final boolean[] held;

  /** Whether each task's next step is the first one of its operation. */
  private final boolean[] begins;

  /** How long each task's next step takes without jitter. */
  private final long[] pace;

  /** By how much each task's last step was late, and its next one will be. */
  private final long[] late;

  private final long[] nextLate;
  private final @Nullable SplittableRandom random;

  /** At the recorded pace exactly. */
  RecordedPace(CapturedWorkload workload, Recording recording) {
    this(workload, recording, null);
  }

  /** With jitter that a seed decides. */
  RecordedPace(CapturedWorkload workload, Recording recording, long seed) {
    this(workload, recording, new SplittableRandom(seed));
  }

  private RecordedPace(CapturedWorkload workload, Recording recording, @Nullable SplittableRandom random) {
    this.random = random;
    int tasks = workload.tasks().size();
    this.recording = recording;
    order = new LockOrder(workload);
    medians = recording.medians();
    operations = new int[tasks];
    places = new int[tasks];
    found = new int[tasks];
    held = new boolean[tasks];
    pace = new long[tasks];
    begins = new boolean[tasks];
    late = new long[tasks];
    nextLate = new long[tasks];
    for (int task = 0; task < tasks; task++) {
      nextLate[task] = jitter();
    }
  }

  private long jitter() {
    return random == null ? 0 : random.nextLong(JITTER);
  }

  @Override
  public long due(NextStep next, long since, long now) {
    int task = next.task();
    int operation = next.operation();
    if (operations[task] != operation) {
      operations[task] = operation;
      places[task] = recording.begin(task, operation);
      begins[task] = true;
    }
    held[task] = order.isEarly(next);
    if (held[task]) {
      return NEVER;
    }
    int number = recording.number(next);
    found[task] = recording.find(next, number, places[task]);
    pace[task] = found[task] >= 0 ? recording.delay(task, places[task], found[task]) : number >= 0 ? medians[number] : 0;
    if (begins[task]) {
      return Math.max(since, recording.time(task, operation) + nextLate[task]);
    }
    return since + Math.max(0, pace[task] + nextLate[task] - late[task]);
  }

  @Override
  public boolean isHeld(int task) {
    return held[task];
  }

  @Override
  public void did(NextStep done, long since, long at) {
    int task = done.task();
    order.did(done);
    late[task] = begins[task] ? nextLate[task] : Math.max(late[task] - pace[task], nextLate[task]);
    begins[task] = false;
    nextLate[task] = jitter();
    places[task] = found[task] >= 0 ? found[task] + 1 : places[task];
  }

  @Override
  public void over(int task, int operation) {
    order.over(task, operation);
  }
}
