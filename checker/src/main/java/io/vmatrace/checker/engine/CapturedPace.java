package io.vmatrace.checker.engine;

import io.vmatrace.checker.engine.CapturedOperation.Call;
import io.vmatrace.checker.engine.CapturedOperation.Mark;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does steps when the capture shows them. What it does not show is done at once, behind a wait when the task is next seen; look-ups take
 * the course that explains what they came back with, if there is one.
 */
final class CapturedPace implements Pace {
  private static final String LOOKED_UP = "lock_vma_under_rcu_ret";
  private static final String WAKES = "rcuwait_wake_up";

  /** Steps of writers, and of the handler of a fault, that are the last of something. */
  private static final Set<String> LATE = Set.of("vm_lock_seq_set", "mm_lock_seqcount_begin", "refcount_dec", "set_pte");

  /** How a look-up goes, as far as the capture tells. */
  private enum Course {
    UNKNOWN,
    /** It came back with a VMA. */
    GRANTED,
    /** It came back with nothing. */
    REFUSED,
    /** It came back with nothing and had a reference for which a detach had to wait. */
    REFUSED_WITH_REFERENCE
  }

  /** Where a task is in the marks of its operation. */
  private static final class Place {
    private int operation = -1;
    private int mark;
    private Course course = Course.UNKNOWN;
    private long lookedUp;

    /** When the write section began that had to wait for its reference. */
    private long section;

    private boolean held;
  }

  private final CapturedWorkload workload;
  private final List<Place> places;
  private final Recording recording;
  private final LockOrder order;

  /** For each mm when second waits of detaches begin, and the write sections that they are in. */
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
      begin(place, number, operation);
    }
    long earliest = Math.max(since, operation.begin());
    int mark = place.mark;
    if (step.kind() == Program.Kind.PROBE) {
      mark = find(operation.marks(), step.name(), mark);
      place.held = false;
      return mark < 0 ? earliest : Math.max(earliest, operation.marks().get(mark).time());
    }
    boolean early = order.isEarly(task, number, frame, step);
    place.held = early || isHeld(place, frame, step, now);
    if (place.held) {
      return early ? NEVER : Math.max(earliest, place.lookedUp);
    }
    if (mark == operation.marks().size()) {
      return earliest;
    }
    Mark next = operation.marks().get(mark);
    return woken || isLate(frame, step, next) ? Math.max(earliest, next.time()) : earliest;
  }

  /** Whether a step is the last of something that the next mark shows to be over. */
  private static boolean isLate(Frame frame, Program.Step step, Mark next) {
    boolean puts = frame.program.name().equals("vma_refcount_put");
    return LATE.contains(step.name()) && (!puts || next.step().equals(WAKES) || next.step().equals(LOOKED_UP));
  }

  private void begin(Place place, int number, CapturedOperation operation) {
    place.operation = number;
    place.mark = 0;
    place.course = Course.UNKNOWN;
    boolean looksUp = operation.call() == Call.FAULT || operation.call() == Call.LOOK_UP;
    int begun = looksUp ? find(operation.marks(), "lock_vma_under_rcu", 0) : -1;
    int over = looksUp ? find(operation.marks(), LOOKED_UP, 0) : -1;
    if (begun >= 0 && over > begun) {
      Mark returned = operation.marks().get(over);
      place.lookedUp = returned.time();
      Long section = returned.value() == 0 ? waitingSection(operation, begun, over) : null;
      place.section = section == null ? 0 : section;
      place.course = returned.value() != 0 ? Course.GRANTED : section == null ? Course.REFUSED : Course.REFUSED_WITH_REFERENCE;
    }
  }

  /** The write section that had to wait in a detach for the reference of a look-up: the last one before that wakes somebody, or the first. */
  private @Nullable Long waitingSection(CapturedOperation operation, int begun, int over) {
    List<Mark> marks = operation.marks();
    int wakes = find(marks.subList(0, over), WAKES, begun);
    NavigableMap<Long, Long> during = secondWaits.get(operation.mm()).subMap(marks.get(begun).time(), false, marks.get(wakes < 0 ? over : wakes).time(), false);
    Map.Entry<Long, Long> waiting = wakes < 0 ? during.firstEntry() : during.lastEntry();
    return waiting == null ? null : waiting.getValue();
  }

  private static int find(List<Mark> marks, String step, int from) {
    for (int i = from; i < marks.size(); i++) {
      if (marks.get(i).step().equals(step)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean isHeld(int task) {
    return places.get(task).held;
  }

  /** The walk and the increment of a look-up are held, until it must be over, where now they would not come to what it came back with. */
  private static boolean isHeld(Place place, Frame frame, Program.Step step, long now) {
    boolean walks = step.name().equals("mas_start");
    boolean takes = step.name().equals("refcount_inc");
    return switch (place.course) {
      case UNKNOWN -> false;
      case GRANTED -> walks && !isFree(frame, frame.mm().tree.load(frame.first));
      case REFUSED -> walks && isFree(frame, frame.mm().tree.load(frame.first));
      case REFUSED_WITH_REFERENCE -> walks && isWriteLocked(frame, frame.mm().tree.load(frame.first)) || takes && !(now >= place.section && isWriteLocked(frame, frame.vma) && !isShut(frame.vma()));
    };
  }

  private static boolean isFree(Frame frame, @Nullable VmAreaStruct vma) {
    return vma != null && !isWriteLocked(frame, vma) && !isShut(vma) && !isDetached(frame, vma);
  }

  private static boolean isWriteLocked(Frame frame, @Nullable VmAreaStruct vma) {
    return vma != null && vma.lockSeq == frame.mm().lockSeq;
  }

  /** Readers cannot come in, though it is not write-locked yet. */
  private static boolean isShut(VmAreaStruct vma) {
    return (vma.refcnt & VmAreaStruct.EXCLUDE_READERS) != 0 || vma.lock.writer() != null;
  }

  private static boolean isDetached(Frame frame, VmAreaStruct vma) {
    return frame.machine().variant.isRefcounted() ? vma.refcnt == 0 : vma.detached;
  }

  @Override
  public void did(int task, int number, Frame frame, Program.Step step, long delay, boolean woken) {
    Place place = places.get(task);
    place.held = false;
    if (step.kind() == Program.Kind.PROBE) {
      int mark = find(workload.tasks().get(task).get(number).marks(), step.name(), place.mark);
      place.mark = mark < 0 ? place.mark : mark + 1;
    }
    recording.add(task, number, frame.program, step, woken, LockOrder.locks(frame, step) ? 0 : delay); // the turn is not part of the pace
    order.did(task, number, frame, step);
  }

  @Override
  public void over(int task, int number) {
    order.over(task, number);
  }
}
