package io.vmatrace.checker.reconstruct;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.eclipse.collections.impl.set.mutable.primitive.IntHashSet;

/** The mms that were met, in that order, and the tasks that ran in each. */
final class MmFigures {
  /** mms with figures of their own in a report; what comes after them is still checked and counted in the totals. */
  static final int MOST_MMS = 10_000;

  private final Map<KnownMm, IntHashSet> tasks = new LinkedHashMap<>();

  void met(KnownMm mm) {
    if (tasks.size() < MOST_MMS) {
      tasks.put(mm, new IntHashSet());
    }
  }

  void ran(KnownTask task, KnownMm mm) {
    IntHashSet of = tasks.get(mm);
    if (of != null) {
      of.add(task.pid());
    }
  }

  /** Calls back with each mm and the pids that ran in it, ascending. */
  void forEach(BiConsumer<KnownMm, int[]> visitor) {
    tasks.forEach((mm, pids) -> visitor.accept(mm, pids.toSortedArray()));
  }

  /** The addresses of mms of whose mmap_lock no acquisition or no release was seen. */
  Set<Long> mmsWithoutLock() {
    Set<Long> without = new HashSet<>();
    Set<Long> with = new HashSet<>();
    for (KnownMm mm : tasks.keySet()) {
      (mm.isLockRecorded() ? with : without).add(mm.address());
    }
    without.removeAll(with);
    return without;
  }
}
