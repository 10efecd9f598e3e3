package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.Op;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Faults that are over, by the way in which they were served. */
final class FaultCounts {
  private final World world;
  private final boolean servedWanted;
  private final FaultTally tally = new FaultTally();
  private final long[] reasons = new long[FaultReason.values().length];
  private final RecordedLookUps lookUps = new RecordedLookUps(this);
  private boolean callsLookUp;

  /** @param servedWanted whether faults that are over are to be shown as steps */
  FaultCounts(World world, boolean servedWanted) {
    this.world = world;
    this.servedWanted = servedWanted;
  }

  /** When look-ups were being recorded. */
  RecordedLookUps lookUps() {
    return lookUps;
  }

  /** A fault is over, or given up. */
  void count(KnownTask task, FaultReason reason) {
    Fault fault = task.fault;
    MmState mm = fault.mm != null ? fault.mm : task.mm();
    if (servedWanted) {
      served(world.begin(Op.PAGE_FAULT_SERVED, task, mm, null).fault(fault.at, world.now().time()), fault.address, reason);
    }
    counted(mm, reason);
    fault.open = false;
  }

  /** Faults that are over and were in doubt. */
  void count(KnownTask task, FaultsInDoubt doubts, FaultReason reason) {
    count(task, doubts, _ -> reason);
  }

  /** Likewise, each for its own reason; those without one stay in doubt. */
  void count(KnownTask task, FaultsInDoubt doubts, IntFunction<@Nullable FaultReason> reasonOf) {
    for (int i = doubts.kept(); i < doubts.size(); i++) {
      FaultReason reason = reasonOf.apply(i);
      if (reason == null) {
        doubts.keep(i);
        continue;
      }
      KnownMm of = (KnownMm) doubts.mm(i);
      KnownMm mm = of != null ? of : task.mm();
      FaultReason told = reason == FaultReason.FALLBACK && !isOfFault(mm) ? FaultReason.LOOKED_UP : reason;
      if (servedWanted) {
        served(world.begin(Op.PAGE_FAULT_SERVED, task, mm, null).fault(doubts.at(i), doubts.end(i)), doubts.address(i), told);
      }
      counted(mm, told);
    }
    doubts.clearButKept();
  }

  /** A system call was seen to look up the first byte of a page, in an mm that is not known. */
  void callsLookUp() {
    callsLookUp = true;
  }

  /** Whether a look-up of the first byte of a page, in an mm, is a fault's: no system call of its tasks was seen to do the same. */
  boolean isOfFault(@Nullable KnownMm mm) {
    return !callsLookUp && mm != null && !mm.isLookedUpByCalls();
  }

  private void served(Step step, long address, FaultReason reason) {
    step.address(address);
    step.faultReason(reason);
    world.emit();
  }

  private void counted(@Nullable MmState mm, FaultReason reason) {
    FaultPath path = reason.path();
    tally.add(path);
    reasons[reason.ordinal()]++;
    if (mm != null) {
      mm.faults().add(path);
    }
  }

  /** Of a task nothing more is known: its fault in flight has no end in the capture, and what would resolve others does not come. */
  void cutOff(KnownTask task) {
    count(task, task.unlockedFaults, FaultReason.NO_LOCK_SEEN);
    lookUps.gone(task);
    count(task, task.lookedUpFaults, FaultReason.FALLBACK);
    count(task, task.unreturnedFaults, FaultReason.CUT_OFF);
    if (task.fault.open) {
      count(task, FaultReason.CUT_OFF);
    }
  }

  /** What no event shows proves nothing: faults under the VMA lock are unresolved after all. */
  void doubtVmaLocked() {
    tally.doubtVmaLocked();
    for (FaultReason reason : FaultReason.values()) {
      if (reason.path() == FaultPath.VMA_LOCK) {
        reasons[FaultReason.EVENTS_MISSING.ordinal()] += reasons[reason.ordinal()];
        reasons[reason.ordinal()] = 0;
      }
    }
  }

  /** How many went under which lock. */
  FaultTally tally() {
    return tally;
  }

  /** How many faults went each way; ways that none went are left out. */
  Map<FaultReason, Long> reasons() {
    Map<FaultReason, Long> counts = new EnumMap<>(FaultReason.class);
    for (FaultReason reason : FaultReason.values()) {
      if (reasons[reason.ordinal()] > 0) {
        counts.put(reason, reasons[reason.ordinal()]);
      }
    }
    return counts;
  }
}
