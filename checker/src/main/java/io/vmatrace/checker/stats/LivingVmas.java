package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.VmaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the VMAs in each mm's tree. What a store takes out the tree tells behind the step, so each step is counted when the next one comes. */
final class LivingVmas {
  private final Map<MmState, MmStats> mms;
  private final List<VmaState> departed = new ArrayList<>();

  /** The mm whose tree the last step has given a VMA that it did not have. */
  private @Nullable MmStats grown;

  /** When the last step was. */
  private long at;

  LivingVmas(Map<MmState, MmStats> mms) {
    this.mms = mms;
  }

  /** Has an mm's tree say what it loses. */
  void watch(MmState mm) {
    mm.tree().watch(departed);
  }

  /** The step now gives a tree a VMA that it did not have. */
  void grows(MmStats of) {
    grown = of;
  }

  /** Counts what the last step has changed; another one comes, or the capture is over. */
  void next(long time) {
    if (grown != null || !departed.isEmpty()) {
      count();
    }
    at = time;
  }

  private void count() {
    int more = grown == null ? 0 : 1;
    for (VmaState vma : departed) {
      MmState mm = vma.mm();
      MmStats of = mm == null || vma.ranges() != 0 ? null : mms.get(mm);
      if (of != null && of == grown) {
        more--;
      } else if (of != null) {
        of.vmas.change(at, -1);
      }
    }
    if (grown != null && more != 0) {
      grown.vmas.change(at, more);
    }
    departed.clear();
    grown = null;
  }
}
