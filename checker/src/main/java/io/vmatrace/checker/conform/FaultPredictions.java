package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.Generation;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which lock each page fault must be served under, by the events before its look-up returns: what the look-up returns, and what becomes of the
 * fault, is compared with that and takes no part in it.
 */
final class FaultPredictions {
  /** A fault that is open, and what is predicted of it. */
  private record Prediction(long faultAt, FaultPath path) {}

  private final boolean vmaLocks;
  private final Map<TaskState, Prediction> open = new HashMap<>();
  private final Map<FaultReason, Long> right = new EnumMap<>(FaultReason.class);
  private final Map<FaultReason, Long> other = new EnumMap<>(FaultReason.class);

  FaultPredictions(Generation generation) {
    vmaLocks = generation != Generation.MMAP_LOCK;
  }

  void follow(Step step) {
    switch (step.op()) {
      case PAGE_FAULT -> begins(step);
      case VMA_START_READ, VMA_START_READ_REFUSED -> lookedUp(step);
      case PAGE_FAULT_SERVED -> served(step);
      default -> {}
    }
  }

  /** Nothing before this is known. */
  void forget() {
    open.clear();
  }

  /** Without VMA locks every fault takes the mmap_lock, and with them one of kernel mode (do_user_addr_fault(), arch/x86/mm/fault.c). */
  private void begins(Step step) {
    boolean decided = !vmaLocks || !step.isUserFault();
    open.put(step.task(), new Prediction(step.moment().at(), decided ? FaultPath.MMAP_LOCK : FaultPath.UNRESOLVED));
  }

  private void lookedUp(Step step) {
    Prediction fault = open.get(step.task());
    MmState mm = step.mm();
    if (fault != null && mm != null && vmaLocks) {
      open.put(step.task(), new Prediction(fault.faultAt(), predicted(mm, step)));
    }
  }

  private static FaultPath predicted(MmState mm, Step step) {
    VmaTree.Range range = mm.tree().find(step.address());
    Moment entered = step.task().read().entered();
    if (range == null || !entered.known() || range.storedAt() >= entered.at()) {
      return FaultPath.UNRESOLVED;
    }
    VmaState vma = range.vma();
    if (vma == null || isLocked(vma, mm.section(), step.task(), entered)) {
      return FaultPath.MMAP_LOCK;
    }
    return isFree(vma, mm.section(), entered) ? FaultPath.VMA_LOCK : FaultPath.UNRESOLVED;
  }

  /** Whether another task has it write-locked from before the look-up on. */
  private static boolean isLocked(VmaState vma, @Nullable WriteSection section, TaskState reader, Moment entered) {
    return section != null && section.task() != reader && vma.isWriteLockedIn(section) && vma.writeLocked().surelyBefore(entered);
  }

  /** Whether nobody had it write-locked since the look-up began. */
  private static boolean isFree(VmaState vma, @Nullable WriteSection section, Moment entered) {
    WriteSection last = vma.section();
    boolean unlocked = last == null || !last.isOpen() && last.ended().surelyBefore(entered);
    return vma.life() == VmaState.Life.ATTACHED && unlocked && (section == null || !section.isOpen() || vma.isNotWriteLockedIn(section));
  }

  private void served(Step step) {
    Prediction fault = open.get(step.task());
    FaultPath path = fault == null || fault.faultAt() != step.faultAt() ? FaultPath.UNRESOLVED : fault.path();
    boolean fits = path != FaultPath.UNRESOLVED && path == step.faultReason().path();
    (fits ? right : other).merge(step.faultReason(), 1L, Long::sum);
  }

  /** Faults that went as predicted, by how they went. */
  Map<FaultReason, Long> right() {
    return right;
  }

  /** The others. */
  Map<FaultReason, Long> other() {
    return other;
  }
}
