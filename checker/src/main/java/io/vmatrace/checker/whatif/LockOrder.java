package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.ProgramId;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The order in which the operations of a capture got each mm's mmap_lock. The kernel's lock is not fair (kernel/locking/rwsem.c,
 * rwsem_try_write_lock_unqueued()), and in another order the same sections would do something else.
 */
final class LockOrder {
  /** How an operation gets the lock once. */
  private static final class Turn {
    private final int task;
    private final int operation;
    private final boolean write;
    private final long asked;
    private final long acquired;
    private boolean over;

    private Turn(int task, int operation, boolean write, long asked, long acquired) {
      this.task = task;
      this.operation = operation;
      this.write = write;
      this.asked = asked;
      this.acquired = acquired;
    }

    /** Whether it must be over before a later one: writers' sections keep their order, others do if both asked at the same time. */
    private boolean isBefore(Turn later) {
      return write && later.write || (write || later.write) && later.asked < acquired;
    }
  }

  /** The turns of an mm, and the first of them that is not over. */
  private static final class OfMm {
    private final List<Turn> turns = new ArrayList<>();
    private int first;
  }

  private static final int NONE = -1;

  private final CapturedWorkload workload;
  private final List<OfMm> mms;

  /** By task and operation: the place among the turns of its mm, or {@link #NONE}. */
  private final int[][] places;

  LockOrder(CapturedWorkload workload) {
    this.workload = workload;
    mms = Stream.generate(OfMm::new).limit(workload.mms()).toList();
    places = workload.tasks().stream().map(operations -> new int[operations.size()]).toArray(int[][]::new);
    for (int task = 0; task < places.length; task++) {
      for (int operation = 0; operation < places[task].length; operation++) {
        add(task, operation);
      }
    }
    mms.forEach(this::number);
  }

  /** Inside handle_mm_fault() a fault only tries the lock. */
  private void add(int task, int number) {
    places[task][number] = NONE;
    CapturedOperation operation = workload.tasks().get(task).get(number);
    boolean write = operation.call() == Call.WRITE || operation.call() == Call.FORK || operation.call() == Call.EXIT;
    boolean inHandler = false;
    long asked = operation.begin();
    for (Mark mark : operation.marks()) {
      inHandler = mark.step() == StepId.HANDLE_MM_FAULT || inHandler && mark.step() != StepId.HANDLE_MM_FAULT_RET;
      if (!inHandler && mark.step() == StepId.START_LOCKING) {
        asked = mark.time();
      } else if (!inHandler && mark.step() == StepId.ACQUIRE_RETURNED && mark.value() != 0) {
        mms.get(operation.mm()).turns.add(new Turn(task, number, write, asked, mark.time()));
        return;
      }
    }
  }

  private void number(OfMm mm) {
    mm.turns.sort(Comparator.comparingLong(turn -> turn.acquired));
    for (int place = 0; place < mm.turns.size(); place++) {
      Turn turn = mm.turns.get(place);
      places[turn.task][turn.operation] = place;
    }
  }

  /** Whether a step gets an mm's mmap_lock, and may have to wait for it. */
  static boolean locks(NextStep next) {
    return next.step().id() == StepId.DOWN_WRITE && next.frame().program.id() == ProgramId.MMAP_WRITE_LOCK
        || next.step().id() == StepId.DOWN_READ && next.frame().program.id() == ProgramId.MMAP_READ_LOCK;
  }

  /** Whether a step gets the mmap_lock before others that come first and have not asked for it yet. */
  boolean isEarly(NextStep next) {
    int place = places[next.task()][next.operation()];
    if (place == NONE || !locks(next)) {
      return false;
    }
    OfMm mm = mms.get(workload.tasks().get(next.task()).get(next.operation()).mm());
    Turn own = mm.turns.get(place);
    return !own.over && mm.turns.subList(mm.first, place).stream().anyMatch(turn -> !turn.over && turn.isBefore(own));
  }

  /** A step was done. */
  void did(NextStep done) {
    if (locks(done)) {
      over(done.task(), done.operation());
    }
  }

  /** An operation has got the lock, or has ended without it. */
  void over(int task, int operation) {
    if (places[task][operation] == NONE) {
      return;
    }
    OfMm mm = mms.get(workload.tasks().get(task).get(operation).mm());
    mm.turns.get(places[task][operation]).over = true;
    while (mm.first < mm.turns.size() && mm.turns.get(mm.first).over) {
      mm.first++;
    }
  }
}
