package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.Moment;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.collections.impl.map.mutable.primitive.IntIntHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongIntHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether look-ups were being recorded, of a task, on a CPU and all the time: then a fault that took the read side of the mmap_lock and looked
 * nothing up was served under the VMA lock. A task and a CPU of which one is seen show that. A fault of the kernel that takes the lock
 * looks its address up; where that is missing, look-ups were not recorded, for a while, on a CPU or of a task, and only those who look
 * something up after it are seen again; where none is missing up to the end, those of all tasks were recorded. So the faults wait, until
 * their task looks something up, or to the end.
 *
 * <p>Nor does anything show that they were switched off between two look-ups, unless these are too close for that. A program does the same again:
 * several faults between two that are not, in pages in which others were seen to fall back, may have fallen back too; so may one before which its task slept.
 */
final class RecordedLookUps {
  /** So many faults of tasks that are gone wait; those of others are told as it seems then. */
  private static final int MOST = 1 << 16;

  /** So many faults of a task, or on a CPU, may have looked nothing up by chance. */
  private static final int FEW = 16;

  /**
   * Events that were switched off are not on again sooner, in nanoseconds: by the file enable of ma_read it took 0.4 ms or more on 6.18, in 80
   * tries.
   */
  private static final long LEAST = 100_000;

  /** So many pages are remembered; after that each may be one of them. */
  private static final int MOST_PAGES = 1 << 15;

  /** What a program has done so often is a habit. */
  private static final int HABIT = 4;

  /** So many between the same look-ups may be alike by chance. */
  private static final int CHANCE = 7;

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

  /** And when. */
  private long lastTime = Fault.NEVER;

  /** How often a fault in a page was seen to look its address up. */
  private final LongIntHashMap pages = new LongIntHashMap();

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
  void seen(KnownTask task, Moment now) {
    lastAt = now.at();
    lastTime = now.time();
    int cpu = now.cpu();
    if (missed == 0) {
      task.lookUpsMissed = 0;
      missedBefore.put(cpu, 0);
    }
    tell(task);
    task.lookUpsMissed = missed;
    missedBefore.put(cpu, missed);
  }

  /** A fault in a page looks its address up. */
  void seenInFault(long page) {
    if (pages.size() < MOST_PAGES) {
      pages.addToValue(page, 1);
    }
  }

  /** When anybody looked something up last, or {@link Fault#NEVER}. */
  long lastTime() {
    return lastTime;
  }

  /** Whether they may have been off while a fault that is in doubt had the mmap_lock, and it may have looked its address up then. */
  private boolean mayHaveLookedUp(FaultsInDoubt faults, int i) {
    if (!mayHaveBeenOff(faults, i) || faults.isAtBeginOfPage(i) && !counts.isOfFault((KnownMm) faults.mm(i))) {
      return false;
    }
    return pages.size() == MOST_PAGES || pages.get(faults.address(i) >>> Fault.PAGE_SHIFT) >= HABIT;
  }

  private boolean mayHaveBeenOff(FaultsInDoubt faults, int i) {
    long before = faults.lookUpBefore(i);
    return before == Fault.NEVER || over || lastTime - before > LEAST;
  }

  /** A task is in user mode, so its faults were served: those of which that was in doubt wait for its next look-up. */
  void returned(KnownTask task) {
    FaultsInDoubt faults = task.unreturnedFaults;
    if (faults.size() > 0) {
      counts.count(task, faults, i -> task.lockedFaults.add(faults, i) ? null : FaultReason.NO_LOCK_SEEN);
      faults.keepFirst(0);
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
    tellShown(task);
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
      counts.count(task, faults, i -> areShown(task, faults.cpu(i)) ? shownReason(faults, i) : missed == 0 ? null : FaultReason.NO_LOCK_SEEN);
    }
  }

  /** Of one before and after which look-ups were recorded, or null: other faults in its page may still fall back. */
  private @Nullable FaultReason shownReason(FaultsInDoubt faults, int i) {
    if (!mayHaveBeenOff(faults, i)) {
      return faults.vmaLockReason(i);
    }
    faults.show(i);
    return null;
  }

  /** No other fault of the task will come; the order of those that stay, and which are kept, stays. */
  private void tellShown(KnownTask task) {
    FaultsInDoubt faults = task.lockedFaults;
    int kept = faults.kept();
    int size = faults.size();
    faults.keepFirst(0);
    doubtHabits(faults);
    counts.count(task, faults, i -> faults.isShown(i) ? lockedReason(faults, i) : null);
    faults.keepFirst(kept - (size - faults.size()));
  }

  /** Where several, and most, between the same look-ups may have looked their addresses up these are in doubt; a single one, as it seems, has not. */
  private void doubtHabits(FaultsInDoubt faults) {
    for (int from = 0, to; from < faults.size(); from = to) {
      int suspects = 0;
      for (to = from; to < faults.size() && faults.lookUpBefore(to) == faults.lookUpBefore(from); to++) {
        suspects += mayHaveLookedUp(faults, to) ? 1 : 0;
      }
      boolean habitual = suspects > CHANCE && 2 * suspects > to - from;
      for (int i = from; habitual && i < to; i++) {
        if (mayHaveLookedUp(faults, i)) {
          faults.doubt(i);
        }
      }
    }
  }

  private static FaultReason lockedReason(FaultsInDoubt faults, int i) {
    return faults.isDoubted(i) ? FaultReason.NO_LOCK_SEEN : faults.vmaLockReason(i);
  }

  /**
   * Nothing more will show. Where none was missing up to the end of the capture those of all tasks were recorded on all CPUs, also of one that
   * has shown none, unless it had many faults that could have shown one.
   */
  private void tellAll(KnownTask task) {
    tell(task);
    FaultsInDoubt faults = task.lockedFaults;
    faults.keepFirst(0);
    doubtHabits(faults);
    boolean recorded = over && missed == 0 && areSeen() && (task.lookUpsMissed == 0 || faults.size() <= FEW);
    counts.count(
        task, faults, i -> faults.isShown(i) || recorded && isRecordedOn(faults.cpu(i)) ? lockedReason(faults, i) : FaultReason.NO_LOCK_SEEN);
  }

  private boolean isRecordedOn(int cpu) {
    return missedBefore.containsKey(cpu) || waitingOn.get(cpu) <= FEW;
  }
}
