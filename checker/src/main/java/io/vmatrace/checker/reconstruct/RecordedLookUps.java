package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.collections.impl.map.mutable.primitive.IntIntHashMap;

/**
 * Whether look-ups were being recorded, of a task, on a CPU and all the time: then a fault that took the read side of the mmap_lock and looked
 * nothing up was served under the VMA lock. A task and a CPU of which one is seen show that. A fault of the kernel that takes the lock
 * looks its address up; where that is missing, look-ups were not recorded, for a while, on a CPU or of a task, and only those who look
 * something up after it are seen again; where none is missing up to the end, those of all tasks were recorded. So the faults wait, until
 * their task looks something up, or to the end.
 */
final class RecordedLookUps {
  /** So many faults of tasks that are gone wait; those of others are told as it seems then. */
  private static final int MOST = 1 << 16;

  /** So many faults of a task, or on a CPU, may have looked nothing up by chance. */
  private static final int FEW = 16;

  private final FaultCounts counts;

  /** Tasks that are gone, whose faults wait, and how many those are. */
  private final List<KnownTask> gone = new ArrayList<>();

  private int waiting;

  /** How often a look-up was missing that must have happened. */
  private int missed;

  /** Of each CPU: how often one was missing when something was looked up there last. */
  private final IntIntHashMap missedBefore = new IntIntHashMap();

  /** Of each CPU: how many faults wait that took the lock there. */
  private final IntIntHashMap waitingOn = new IntIntHashMap();

  private boolean over;

  /** Where in the capture anybody looked something up last, or 0. */
  private long lastAt;

  RecordedLookUps(FaultCounts counts) {
    this.counts = counts;
  }

  /** Whether any look-up was seen. */
  boolean areSeen() {
    return lastAt > 0;
  }

  /** One is not there that must have happened. */
  void missed() {
    missed++;
  }

  /** Whether those of a task on a CPU are recorded: none was missed since both have shown one. */
  private boolean areShown(KnownTask task, int cpu) {
    return task.lookUpsMissed == missed && missedBefore.getIfAbsent(cpu, -1) == missed;
  }

  /** A task looks something up on a CPU: of its faults before that nothing more shows, but the end of the capture. */
  void seen(KnownTask task, int cpu, long at) {
    lastAt = at;
    if (missed == 0) {
      task.lookUpsMissed = 0;
      missedBefore.put(cpu, 0);
    }
    tell(task);
    task.lookUpsMissed = missed;
    missedBefore.put(cpu, missed);
  }

  /** A task is in user mode, so its faults were served: those of which that was in doubt wait for its next look-up. */
  void returned(KnownTask task) {
    FaultsInDoubt faults = task.unreturnedFaults;
    if (faults.size() > 0) {
      counts.count(task, faults, i -> task.lockedFaults.add(faults.at(i), faults.address(i), faults.mm(i), faults.end(i), faults.cpu(i)) ? null : FaultReason.NO_LOCK_SEEN);
      faults.keepNone();
      faults.clearButKept();
    }
  }

  /** A task has one more fault that looked nothing up: those before it need not wait if look-ups are recorded now. */
  void settle(KnownTask task) {
    int size = task.lockedFaults.size();
    boolean shownSince = size > 0 && task.lookUpsMissed == missed && task.lockedFaults.at(size - 1) < lastAt;
    if (size == FaultsInDoubt.MOST) {
      tellAll(task);
    } else if (shownSince) {
      tell(task);
    }
  }

  /** Nothing more comes of a task. */
  void gone(KnownTask task) {
    int size = task.lockedFaults.size();
    if (size > 0 && waiting + size <= MOST) {
      gone.add(task);
      waiting += size;
    } else {
      tellAll(task);
    }
  }

  /** The capture is over. */
  void finish() {
    over = true;
    for (KnownTask task : gone) {
      for (int i = 0; i < task.lockedFaults.size(); i++) {
        waitingOn.addToValue(task.lockedFaults.cpu(i), 1);
      }
    }
    gone.forEach(this::tellAll);
    gone.clear();
  }

  /** Those of which more can show at the end only are kept to the end. */
  private void tell(KnownTask task) {
    FaultsInDoubt faults = task.lockedFaults;
    if (faults.size() > faults.kept()) {
      counts.count(task, faults, i -> areShown(task, faults.cpu(i)) ? FaultReason.VMA_LOCKED_ANON_VMA : missed == 0 ? null : FaultReason.NO_LOCK_SEEN);
    }
  }

  /**
   * Nothing more will show. Where none was missing up to the end of the capture those of all tasks were recorded on all CPUs, also of one that
   * has shown none, unless it had many faults that could have shown one.
   */
  private void tellAll(KnownTask task) {
    tell(task);
    FaultsInDoubt faults = task.lockedFaults;
    faults.keepNone();
    boolean recorded = over && missed == 0 && areSeen() && (task.lookUpsMissed == 0 || faults.size() <= FEW);
    counts.count(task, faults, i -> recorded && isRecordedOn(faults.cpu(i)) ? FaultReason.VMA_LOCKED_ANON_VMA : FaultReason.NO_LOCK_SEEN);
  }

  private boolean isRecordedOn(int cpu) {
    return missedBefore.containsKey(cpu) || waitingOn.get(cpu) <= FEW;
  }
}
