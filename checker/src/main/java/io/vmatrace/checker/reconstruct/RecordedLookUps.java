package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether look-ups were being recorded, of each task and all the time: then a fault that took the read side of the mmap_lock and looked
 * nothing up was served under the VMA lock. A fault of the kernel that takes the lock looks its address up; where that is missing, look-ups
 * were not recorded, for a while, on a CPU or of a task, and only those who look something up after it are seen again. So the faults wait,
 * until their task looks something up, or to the end.
 */
final class RecordedLookUps {
  /** So many faults of tasks that are gone wait; those of others are told as it seems then. */
  private static final int MOST = 1 << 16;

  private final FaultCounts counts;

  /** Tasks that are gone, whose faults wait, and how many those are. */
  private final List<KnownTask> gone = new ArrayList<>();

  private int waiting;

  /** How often a look-up was missing that must have happened. */
  private int missed;

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

  /** Whether those of a task seem to be recorded: none was missed, or none since it has shown one. */
  boolean areShown(KnownTask task) {
    return areSeen() && (missed == 0 || task.lookUpsMissed == missed);
  }

  /** A task looks something up: of its faults before that nothing more shows. */
  void seen(KnownTask task, long at) {
    lastAt = at;
    tell(task);
    task.lookUpsMissed = missed;
  }

  /** A task has one more fault that looked nothing up: those before it need not wait if look-ups are recorded now. */
  void settle(KnownTask task) {
    int size = task.lockedFaults.size();
    boolean shownSince = size > 0 && task.lookUpsMissed == missed && task.lockedFaults.at(size - 1) < lastAt;
    if (shownSince || size == FaultsInDoubt.MOST) {
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
      tell(task);
    }
  }

  /** The capture is over. */
  void finish() {
    gone.forEach(this::tell);
    gone.clear();
  }

  private void tell(KnownTask task) {
    if (task.lockedFaults.size() > 0) {
      counts.count(task, task.lockedFaults, areShown(task) ? FaultReason.VMA_LOCKED_ANON_VMA : FaultReason.NO_LOCK_SEEN);
    }
  }
}
