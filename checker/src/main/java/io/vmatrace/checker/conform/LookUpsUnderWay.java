package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Look-ups that have begun and not returned: what each may find. */
final class LookUpsUnderWay {
  /** A look-up. */
  static final class LookUp {
    final TaskState task;
    final MmState mm;
    final long address;

    /** Whether it is known which VMAs it may find; none of them where nothing is mapped. */
    boolean isKnown;

    LookUp(TaskState task, MmState mm, long address, VmaTree.@Nullable Range range) {
      this.task = task;
      this.mm = mm;
      this.address = address;
      isKnown = range != null;
    }
  }

  private final List<LookUp> all = new ArrayList<>();

  /** How many there are of which nobody knows what they may find. */
  int unknown() {
    int unknown = 0;
    for (LookUp lookUp : all) {
      unknown += lookUp.isKnown ? 0 : 1;
    }
    return unknown;
  }

  LookUp begin(TaskState task, MmState mm, long address, VmaTree.@Nullable Range range) {
    end(task);
    LookUp lookUp = new LookUp(task, mm, address, range);
    all.add(lookUp);
    return lookUp;
  }

  @Nullable LookUp of(TaskState task) {
    for (LookUp lookUp : all) {
      if (lookUp.task == task) {
        return lookUp;
      }
    }
    return null;
  }

  void end(TaskState task) {
    all.removeIf(lookUp -> lookUp.task == task);
  }

  /** Those that look in a range of an mm. */
  List<LookUp> within(MmState mm, PageRange range) {
    List<LookUp> within = new ArrayList<>(0);
    for (LookUp lookUp : all) {
      if (lookUp.mm == mm && range.contains(lookUp.address)) {
        within.add(lookUp);
      }
    }
    return within;
  }

  int size() {
    return all.size();
  }

  void forget() {
    all.clear();
  }
}
