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
  static final LookUpCourse UNKNOWN = new LookUpCourse(Kind.UNKNOWN, 0, 0);

  private final Kind kind;
  private final long returned;
  private final long section;

  private LookUpCourse(Kind kind, long returned, long section) {
    this.kind = kind;
    this.returned = returned;
    this.section = section;
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
      return new LookUpCourse(Kind.GRANTED, last.time(), 0);
    }
    Long section = waitingSection(marks.subList(begun, over + 1), secondWaits);
    return section == null ? new LookUpCourse(Kind.REFUSED, last.time(), 0) : new LookUpCourse(Kind.REFUSED_WITH_REFERENCE, last.time(), section);
  }

  /** When the write section began that had to wait in a detach: the last such wait before the look-up wakes somebody, else the first one during it. */
  private static @Nullable Long waitingSection(List<Mark> lookUp, NavigableMap<Long, Long> secondWaits) {
    Mark wakes = lookUp.stream().filter(mark -> mark.step() == WAKES).findFirst().orElse(null);
    long until = wakes == null ? lookUp.getLast().time() : wakes.time();
    NavigableMap<Long, Long> during = secondWaits.subMap(lookUp.getFirst().time(), false, until, false);
    Map.Entry<Long, Long> waiting = wakes == null ? during.firstEntry() : during.lastEntry();
    return waiting == null ? null : waiting.getValue();
  }

  /** When it returned, in nanoseconds: no step of it is delayed beyond that. */
  long returned() {
    return returned;
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
