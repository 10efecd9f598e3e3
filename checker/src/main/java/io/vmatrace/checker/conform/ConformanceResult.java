package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.EventKind;
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

  private final List<Mismatch> mismatches = new ArrayList<>();
  private long moreMismatches;
  long steps;
  long values;
  long granted;
  long refused;
  long secondWaits;
  long secondWaitsExplained;

  /** Values that only a task outside the capture explains. */
  long outsiders;

  /** VMAs of which nothing could be said any more: a set would have been too large, or the order of two events is not known. */
  long undecided;

  /** Returns of functions that must have been, and are not in the capture. */
  long returnsMissing;

  /** How many look-ups began. */
  long lookUps;

  /** An event was compared with what the design allows, and fits. */
  void compared() {
    values++;
  }

  void mismatch(Step step, String name, String observed, String allowed, String state) {
    values++;
    add(of(step, name, observed, allowed, state));
  }

  void mismatch(Mismatch mismatch) {
    values++;
    add(mismatch);
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

  /** Events may be missing after a place: no mismatch there is certain. */
  void lost(long afterAt) {
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
