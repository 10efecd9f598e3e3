package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of following a capture: how much was compared, and which outcomes the variant does not allow. */
final class ConformanceResult {
  /** Most mismatches that are kept; further ones are counted. */
  static final int MOST_MISMATCHES = 1_000;

  /** A value that other tasks' steps before the task's next event may still explain. */
  private static final class Pending {
    private final TaskState task;
    private final @Nullable VmaState vma;

    /** Look-ups that would explain it, or 0 if it takes a task that excludes readers. */
    private final int lookUps;

    private int seen;

    Pending(Step step, int lookUps) {
      this.task = step.task();
      this.vma = step.vma();
      this.lookUps = lookUps;
    }
  }

  private final List<Mismatch> mismatches = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  final FaultPredictions faults;
  private long moreMismatches;
  long steps;
  long values;
  long granted;
  long refused;
  long secondWaits;
  long secondWaitsExplained;

  /** Values that only a task outside the capture explains. */
  long outsiders;

  ConformanceResult(Generation generation) {
    faults = new FaultPredictions(generation);
  }

  /** An outcome was compared with what the variant allows, and fits. */
  void allowed() {
    values++;
  }

  void mismatch(Step step, String name, String observed, String allowed, String state) {
    values++;
    add(of(step, name, observed, allowed, state));
  }

  /** A suspected mismatch, to be proven later; see {@link #mismatch(Mismatch)}. */
  Mismatch suspect(Step step, String name, String observed, String allowed, String state) {
    values++;
    return of(step, name, observed, allowed, state);
  }

  /** A suspicion has been proven. */
  void mismatch(Mismatch mismatch) {
    add(mismatch);
  }

  /**
   * The capture's tasks explain a value only if so many look-ups begin before the task's next event, or, for 0, a task excludes
   * readers: a probe's time is taken before its values are read (kernel/trace/trace_probe.h, store_trace_args()
   * after the reservation), and the machine may do something else in between; 430 us were seen in the capture 6.18.15-churn.
   * A value without such an explanation needs a task outside the capture, which may read /proc/PID/maps (lock_next_vma(), from 6.17 on).
   */
  void unexplained(int lookUps, Step step) {
    values++;
    pending.add(new Pending(step, lookUps));
  }

  private static Mismatch of(Step step, String name, String observed, String allowed, String state) {
    return new Mismatch(
        step.moment().copy(), name, observed, allowed, state, address(step.mm()), address(step.vma()), step.task().pid());
  }

  private static long address(@Nullable MmState mm) {
    return mm == null ? 0 : mm.address();
  }

  private static long address(@Nullable VmaState vma) {
    return vma == null ? 0 : vma.address();
  }

  private void add(Mismatch mismatch) {
    if (mismatches.size() < MOST_MISMATCHES) {
      mismatches.add(mismatch);
    } else {
      moreMismatches++;
    }
  }

  /** A task begins a look-up. */
  void lookUp(TaskState task) {
    for (Pending waiting : pending) {
      waiting.seen += waiting.task == task ? 0 : 1;
    }
  }

  /** A task begins to exclude the readers of a VMA. */
  void exclude(TaskState task, VmaState vma) {
    pending.removeIf(waiting -> waiting.lookUps == 0 && waiting.vma == vma && waiting.task != task);
  }

  /** A task does something else: values still unexplained stay so. */
  void settle(TaskState task) {
    if (!pending.isEmpty()) {
      pending.removeIf(waiting -> waiting.task == task && settled(waiting));
    }
  }

  /** The capture ends. */
  void finish() {
    pending.removeIf(this::settled);
  }

  private boolean settled(Pending waiting) {
    outsiders += waiting.lookUps == 0 || waiting.seen < waiting.lookUps ? 1 : 0;
    return true;
  }

  /** Events may be missing after a place: no mismatch there is certain. */
  void lost(long afterAt) {
    pending.clear();
    faults.forget();
    mismatches.removeIf(mismatch -> mismatch.moment().at() > afterAt);
  }

  /** In the capture's order. */
  List<Mismatch> mismatches() {
    return mismatches.stream().sorted(Comparator.comparingLong(mismatch -> mismatch.moment().at())).toList();
  }

  long mismatchCount() {
    return mismatches.size() + moreMismatches;
  }

  /** The kernel function that shows an op. */
  static String function(Op op) {
    List<EventKind> kinds = EventKinds.showing(op);
    return kinds.isEmpty() ? op.toString() : kinds.getFirst().kernelName();
  }
}
