package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.steps.Design;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Which outcomes of each page fault the step table allows, by the events before the outcome's own: what the look-up returns, and what becomes of the
 * fault, takes no part in it.
 */
final class FaultPredictions {
  /** How a fault compares with what was allowed. */
  enum Score {
    /** One outcome was left, and it happened. */
    PREDICTED,
    /** Several were left, and one of them happened. */
    ALLOWED,
    /** It happened though none allowed it. */
    REFUSED,
    /** Which are allowed was not known. */
    UNDECIDED
  }

  /**
   * A fault that is over.
   *
   * @param allowed the outcomes that were left; none if that was not known
   * @param isOne whether they are one to the design, which takes the same lock whatever the reason
   * @param observed what happened
   */
  record Compared(Set<FaultReason> allowed, boolean isOne, FaultReason observed) {
    Score score() {
      if (allowed.isEmpty() || observed.path() == FaultPath.UNRESOLVED) {
        return Score.UNDECIDED;
      }
      if (CAUSE_NOT_SEEN.contains(observed)) {
        return allowed.stream().anyMatch(reason -> reason.path() == observed.path()) ? Score.ALLOWED : Score.REFUSED;
      }
      return !allowed.contains(observed) ? Score.REFUSED : isOne || allowed.size() == 1 ? Score.PREDICTED : Score.ALLOWED;
    }
  }

  /** A fault that is open, and its outcomes. */
  private record Open(long faultAt, boolean writes, Set<FaultReason> allowed) {}

  /** The path was seen, and not why: it may be as predicted. */
  private static final Set<FaultReason> CAUSE_NOT_SEEN = EnumSet.of(FaultReason.REFUSED, FaultReason.FALLBACK);

  private static final Set<FaultReason> NOT_KNOWN = Set.of();
  private static final Set<FaultReason> KERNEL = Set.of(FaultReason.KERNEL_ACCESS);
  private static final Set<FaultReason> UNDER_MMAP_LOCK =
      Arrays.stream(FaultReason.values()).filter(reason -> reason.path() == FaultPath.MMAP_LOCK).collect(Collectors.toUnmodifiableSet());

  private final boolean locksVmas;
  private final Readers readers;
  private final Consumer<Compared> each;
  private final Map<TaskState, Open> open = new HashMap<>();
  private final Map<Score, Map<FaultReason, Long>> counts = new EnumMap<>(Score.class);

  /** @param each is told of each fault that is over */
  FaultPredictions(Design design, Readers readers, Consumer<Compared> each) {
    locksVmas = design.has("vmalock");
    this.readers = readers;
    this.each = each;
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
    Set<FaultReason> allowed = !locksVmas ? UNDER_MMAP_LOCK : step.isUserFault() ? NOT_KNOWN : KERNEL;
    open.put(step.task(), new Open(step.moment().at(), step.isForWriting(), allowed));
  }

  private void lookedUp(Step step) {
    Open fault = open.get(step.task());
    if (fault != null && locksVmas) {
      open.put(step.task(), new Open(fault.faultAt(), fault.writes(), readers.outcomes(step.task(), fault.writes())));
    }
  }

  private void served(Step step) {
    Open fault = open.get(step.task());
    Set<FaultReason> allowed = NOT_KNOWN;
    if (fault != null && fault.faultAt() == step.faultAt()) {
      allowed = fault.allowed();
      open.remove(step.task());
    }
    Compared compared = new Compared(allowed, !locksVmas, step.faultReason());
    counts.computeIfAbsent(compared.score(), _ -> new EnumMap<>(FaultReason.class)).merge(step.faultReason(), 1L, Long::sum);
    each.accept(compared);
  }

  /** How many faults are under way. */
  int kept() {
    return open.size();
  }

  /** Faults of a score, by how they went. */
  Map<FaultReason, Long> of(Score score) {
    return counts.getOrDefault(score, Map.of());
  }
}
