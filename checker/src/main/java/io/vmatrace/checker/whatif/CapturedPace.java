package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.whatif.CapturedOperation.Mark;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Does steps when the capture shows them. What it does not show is done at once, behind a wait when the task is next seen; look-ups take
 * the {@link LookUpCourse} that explains what they came back with. What comes of it is recorded.
 */
final class CapturedPace implements Pace {
  /** Steps that are the last of something, which the next mark shows to be over. */
  private static final Set<String> LATE = Set.of("vm_lock_seq_set", "mm_lock_seqcount_begin", "refcount_dec", "set_pte");

  /** Where a task is in the marks of its operation. */
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
      if (mark.step().equals("__vma_exclude_readers_for_detach")) {
        secondWaits.get(operation.mm()).put(mark.time(), operation.begin());
      }
    }
  }

  @Override
  public long due(int task, int number, Frame frame, Program.Step step, long since, long now, boolean woken) {
    CapturedOperation operation = workload.tasks().get(task).get(number);
    Place place = places.get(task);
    if (place.operation != number) {
      place.operation = number;
      place.mark = 0;
      place.lookUp = LookUpCourse.of(operation, secondWaits.get(operation.mm()));
    }
    boolean early = order.isEarly(task, number, frame, step);
    boolean holds = now < place.lookUp.returned() && place.lookUp.holds(frame, step, now);
    place.held = early || holds;
    return early ? NEVER : Math.max(Math.max(since, operation.begin()), holds ? place.lookUp.returned() : seen(operation, place.mark, frame, step, woken));
  }

  /** When the capture shows a step, or what it is the last of; 0 where it does not. */
  private static long seen(CapturedOperation operation, int from, Frame frame, Program.Step step, boolean woken) {
    int mark = step.kind() == Program.Kind.PROBE ? operation.find(step.name(), from) : from;
    if (mark < 0 || mark == operation.marks().size()) {
      return 0;
    }
    Mark next = operation.marks().get(mark);
    return step.kind() == Program.Kind.PROBE || woken || isLate(frame, step, next) ? next.time() : 0;
  }

  /** A reference is put late where that wakes somebody, or is the last thing that a look-up does. */
  private static boolean isLate(Frame frame, Program.Step step, Mark next) {
    boolean puts = frame.program.name().equals("vma_refcount_put");
    return LATE.contains(step.name()) && (!puts || next.step().equals(LookUpCourse.WAKES) || next.step().equals(LookUpCourse.RETURNS));
  }

  @Override
  public boolean isHeld(int task) {
    return places.get(task).held;
  }

  @Override
  public void did(int task, int number, Frame frame, Program.Step step, long delay, boolean woken) {
    Place place = places.get(task);
    place.held = false;
    int mark = step.kind() == Program.Kind.PROBE ? workload.tasks().get(task).get(number).find(step.name(), place.mark) : -1;
    place.mark = mark < 0 ? place.mark : mark + 1;
    recording.add(task, number, frame.program, step, woken, LockOrder.locks(frame, step) ? 0 : delay); // the turn is not part of the pace
    order.did(task, number, frame, step);
  }

  @Override
  public void over(int task, int number) {
    order.over(task, number);
  }
}
