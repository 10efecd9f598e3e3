package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.collections.api.map.primitive.MutableIntObjectMap;
import org.eclipse.collections.api.map.primitive.MutableLongObjectMap;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What becomes unknown first where memory is short: seven of eight tasks, those that did nothing for the longest and have nothing under way, as if they had ended; the mms in which none of the others runs and nothing is
 * held, as if they had exited; and the VMAs of these, and those that were freed. What has to do with a task that stays, stays.
 */
final class Idle {
  private final IntObjectHashMap<KnownTask> tasks;
  private final LongObjectHashMap<KnownMm> mms;
  private final LongObjectHashMap<KnownVma> vmas;

  /** What the tasks that stay have under way; few of them have any. */
  private final Set<VmaState> usedVmas = Collections.newSetFromMap(new IdentityHashMap<>());

  Idle(IntObjectHashMap<KnownTask> tasks, LongObjectHashMap<KnownMm> mms, LongObjectHashMap<KnownVma> vmas) {
    this.tasks = tasks;
    this.mms = mms;
    this.vmas = vmas;
  }

  /** @param gone told of each task that is known no more */
  void forget(Consumer<KnownTask> gone) {
    long since = mostSeenUntil();
    keep(tasks.select((_, task) -> !forgetIfIdle(task, since, gone)));
    tasks.forEachValue(this::use);
    keep(mms, mms.select((_, mm) -> !forgetIfUnused(mm)));
    keep(vmas, vmas.select((_, vma) -> !isUnused(vma, since)));
    mms.forEachValue(mm -> mm.isUsed = false);
  }

  /** Fills the map anew: one from which so much is removed finds things slowly. */
  private void keep(MutableIntObjectMap<KnownTask> kept) {
    tasks.clear();
    tasks.putAll(kept);
  }

  private static <V> void keep(LongObjectHashMap<V> map, MutableLongObjectMap<V> kept) {
    map.clear();
    map.putAll(kept);
  }

  /** The place in the capture after which an eighth of the tasks was seen. */
  private long mostSeenUntil() {
    long[] seen = new long[tasks.size()];
    int n = 0;
    for (KnownTask task : tasks) {
      seen[n++] = task.seen.at();
    }
    Arrays.sort(seen);
    return n == 0 ? 0 : seen[n / 8 * 7];
  }

  private static boolean forgetIfIdle(KnownTask task, long since, Consumer<KnownTask> gone) {
    boolean idle = task.seen.at() < since && task.isAtRest();
    if (idle) {
      gone.accept(task);
    }
    return idle;
  }

  private void use(KnownTask task) {
    use(task.mm());
    use(task.lastLocked);
    use(task.seqMm);
    use(task.asked.mm());
    use((KnownMm) task.forkParent());
    use(task.forkChild());
    use(task.fault.mm);
    use(task.read().mm());
    task.holds().forEach(hold -> use(hold.mm()));
    use(task.read().vma());
    use(task.faultCall().vma());
    use(task.startWrite().vma());
    use(task.detach().vma());
  }

  private void use(@Nullable MmState mm) {
    if (mm instanceof KnownMm known) {
      known.isUsed = true;
    }
  }

  private void use(@Nullable VmaState vma) {
    if (vma != null) {
      usedVmas.add(vma);
      use(vma.mm());
    }
  }

  private boolean forgetIfUnused(KnownMm mm) {
    mm.isUsed |= !mm.isAtRest();
    if (!mm.isUsed) {
      mm.forget();
    }
    return !mm.isUsed;
  }

  private boolean isUnused(KnownVma vma, long since) {
    KnownMm mm = vma.mm();
    boolean isFreedLong = vma.life() == VmaState.Life.FREED && vma.ranges() == 0 && vma.freed().at() < since;
    return (isFreedLong || mm != null && !mm.isUsed) && !usedVmas.contains(vma);
  }
}
