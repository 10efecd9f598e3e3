package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Does steps when the capture shows them, and unseen steps at once, or after a wait when the task is next seen. Look-ups take the
 * {@link LookUpCourse} that explains their result. The run is recorded.
 */
final class CapturedPace implements Pace {
  /** Last steps of something whose end the next mark shows. */
  private static final Set<StepId> LATE = EnumSet.of(StepId.VM_LOCK_SEQ_SET, StepId.MM_LOCK_SEQCOUNT_BEGIN, StepId.REFCOUNT_DEC, StepId.SET_PTE);

  /** A task's place in the marks of its operation. */
  private static final class Place {
    private int operation = -1;
    private int mark;
    private LookUpCourse lookUp = LookUpCourse.UNKNOWN;
    private boolean held;
  }

  private final CapturedWorkload workload;
  private final List<Place> places;
  private final Recording recording;
  private final LockOrder order;

  /** For each mm when second waits of detaches begin, and when the write sections began that they are in. */
  private final List<TreeMap<Long, Long>> secondWaits;

  CapturedPace(CapturedWorkload workload, Recording recording) {
    this.workload = workload;
    this.recording = recording;
    order = new LockOrder(workload);
    places = Stream.generate(Place::new).limit(workload.tasks().size()).toList();
    secondWaits = Stream.generate(TreeMap<Long, Long>::new).limit(workload.mms()).toList();
    workload.tasks().forEach(operations -> operations.forEach(this::keepSecondWaits));
  }

  private void keepSecondWaits(CapturedOperation operation) {
    for (Mark mark : operation.marks()) {
      if (mark.step() == StepId.VMA_EXCLUDE_READERS_FOR_DETACH) {
        secondWaits.get(operation.mm()).put(mark.time(), operation.begin());
      }
    }
  }

  @Override
  public long due(NextStep next, long since, long now) {
    CapturedOperation operation = workload.tasks().get(next.task()).get(next.operation());
    Place place = places.get(next.task());
    if (place.operation != next.operation()) {
      place.operation = next.operation();
      place.mark = 0;
      place.lookUp = LookUpCourse.of(operation, secondWaits.get(operation.mm()));
    }
    boolean early = order.isEarly(next);
    boolean holds = now < place.lookUp.returned() && place.lookUp.holds(next.frame(), next.step(), now);
    place.held = early || holds;
    return early ? NEVER : Math.max(Math.max(since, operation.begin()), holds ? place.lookUp.returned() : Math.max(place.lookUp.due(next.step(), now), seen(operation, place.mark, next)));
  }

  /** When the capture shows a step, or the end of what it belongs to; 0 if it does not. */
  private static long seen(CapturedOperation operation, int from, NextStep step) {
    int mark = step.isProbe() ? operation.find(step.step().id(), from) : from;
    if (mark < 0 || mark == operation.marks().size()) {
      return 0;
    }
    Mark next = operation.marks().get(mark);
    return step.isProbe() || step.woken() || isLate(step, next) ? next.time() : 0;
  }

  /** A reference is put late if that wakes a task, or is the look-up's last step. */
  private static boolean isLate(NextStep step, Mark next) {
    boolean puts = step.frame().program.id() == ProgramId.VMA_REFCOUNT_PUT;
    return LATE.contains(step.step().id()) && (!puts || next.step() == LookUpCourse.WAKES || next.step() == LookUpCourse.RETURNS);
  }

  @Override
  public boolean isHeld(int task) {
    return places.get(task).held;
  }

  @Override
  public void did(NextStep done, long since, long at) {
    Place place = places.get(done.task());
    place.held = false;
    int mark = done.isProbe() ? workload.tasks().get(done.task()).get(done.operation()).find(done.step().id(), place.mark) : -1;
    place.mark = mark < 0 ? place.mark : mark + 1;
    recording.add(done, LockOrder.locks(done) ? 0 : at - since, at); // the turn is not part of the pace
    order.did(done);
  }

  @Override
  public void over(int task, int number) {
    order.over(task, number);
  }
}
