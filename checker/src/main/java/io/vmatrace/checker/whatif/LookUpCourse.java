package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.VmAreaStruct;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The course of a look-up that explains its result: when it walks the tree, and when it takes its reference. */
final class LookUpCourse {
  /** Its result in the capture. */
  private enum Kind {
    UNKNOWN,
    /** It returned a VMA. */
    GRANTED,
    /** It returned NULL. */
    REFUSED,
    /** It returned NULL and held a reference that a detach had to wait for. */
    REFUSED_WITH_REFERENCE
  }

  static final StepId BEGINS = StepId.LOCK_VMA_UNDER_RCU;
  static final StepId RETURNS = StepId.LOCK_VMA_UNDER_RCU_RET;
  static final StepId WAKES = StepId.RCUWAIT_WAKE_UP;

  /** No look-up, or one without a visible end. */
  static final LookUpCourse UNKNOWN = new LookUpCourse(Kind.UNKNOWN, 0, 0, 0);

  private final Kind kind;
  private final long returned;
  private final long section;
  private final long waitedFor;

  private LookUpCourse(Kind kind, long returned, long section, long waitedFor) {
    this.kind = kind;
    this.returned = returned;
    this.section = section;
    this.waitedFor = waitedFor;
  }

  /**
   * Of the first look-up of an operation.
   *
   * @param secondWaits when second waits of detaches begin in the mm, and when the write sections began that they are in
   */
  static LookUpCourse of(CapturedOperation operation, NavigableMap<Long, Long> secondWaits) {
    List<Mark> marks = operation.marks();
    int begun = operation.find(BEGINS, 0);
    int over = begun < 0 ? -1 : operation.find(RETURNS, begun);
    if (over < 0) {
      return UNKNOWN;
    }
    Mark last = marks.get(over);
    if (last.value() != 0) {
      return new LookUpCourse(Kind.GRANTED, last.time(), 0, 0);
    }
    Map.Entry<Long, Long> wait = waiting(marks.subList(begun, over + 1), secondWaits);
    return wait == null ? new LookUpCourse(Kind.REFUSED, last.time(), 0, 0) : new LookUpCourse(Kind.REFUSED_WITH_REFERENCE, last.time(), wait.getValue(), wait.getKey());
  }

  /** The wait in a detach that the look-up's reference causes: the last one before it wakes somebody, else the first one during it. */
  private static Map.@Nullable Entry<Long, Long> waiting(List<Mark> lookUp, NavigableMap<Long, Long> secondWaits) {
    Mark wakes = lookUp.stream().filter(mark -> mark.step() == WAKES).findFirst().orElse(null);
    long until = wakes == null ? lookUp.getLast().time() : wakes.time();
    NavigableMap<Long, Long> during = secondWaits.subMap(lookUp.getFirst().time(), false, until, false);
    return wakes == null ? during.firstEntry() : during.lastEntry();
  }

  /** When it returned, in nanoseconds: no step of it is delayed beyond that. */
  long returned() {
    return returned;
  }

  /**
   * When it takes its reference, where nothing keeps it any more: of all that the capture permits, from the write lock to the detach that has to
   * wait for the reference, the middle.
   */
  long due(Program.Step step, long now) {
    return step.id() == StepId.REFCOUNT_INC && kind == Kind.REFUSED_WITH_REFERENCE && now < waitedFor ? now + (waitedFor - now) / 2 : 0;
  }

  /** Whether its next step must wait, so that its result is the captured one. */
  boolean holds(Frame frame, Program.Step step, long now) {
    return switch (step.id()) {
      case MAS_START -> holdsWalk(frame, frame.mm().tree.load(frame.first));
      case REFCOUNT_INC -> kind == Kind.REFUSED_WITH_REFERENCE && !(now >= section && isWriteLocked(frame, frame.vma()) && !isShut(frame.vma()));
      default -> false;
    };
  }

  private boolean holdsWalk(Frame frame, @Nullable VmAreaStruct vma) {
    return switch (kind) {
      case UNKNOWN -> false;
      case GRANTED -> !isFree(frame, vma);
      case REFUSED -> isFree(frame, vma);
      case REFUSED_WITH_REFERENCE -> isWriteLocked(frame, vma);
    };
  }

  /** Whether a reader is admitted now. */
  private static boolean isFree(Frame frame, @Nullable VmAreaStruct vma) {
    return vma != null && !isWriteLocked(frame, vma) && !isShut(vma) && !isDetached(frame, vma);
  }

  private static boolean isWriteLocked(Frame frame, @Nullable VmAreaStruct vma) {
    return vma != null && vma.lockSeq == frame.mm().lockSeq;
  }

  /** Readers are refused, though it may not be write-locked yet. */
  private static boolean isShut(VmAreaStruct vma) {
    return (vma.refcnt & VmAreaStruct.EXCLUDE_READERS) != 0 || vma.lock.isWriteLocked();
  }

  private static boolean isDetached(Frame frame, VmAreaStruct vma) {
    return frame.machine().variant.isRefcounted() ? vma.refcnt == 0 : vma.detached;
  }
}
