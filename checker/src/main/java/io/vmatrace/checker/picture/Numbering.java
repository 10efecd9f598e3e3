package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.eclipse.collections.impl.map.mutable.primitive.IntIntHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongIntHashMap;
import org.jspecify.annotations.Nullable;

/** Numbers for the tasks, mms and VMAs of a picture: 0 stands for none, or one that is not known, and for what comes after the last number. */
final class Numbering {
  private static final int MOST_TASKS = 1 << 16;
  private static final int MOST_MMS = 1 << 14;
  private static final int MOST_VMAS = 1 << 20;

  private final IntIntHashMap tasks = new IntIntHashMap();
  private final IntArrayList pids = new IntArrayList();
  private final LongArrayList seenAt = new LongArrayList();
  private final Map<MmState, Integer> mms = new LinkedHashMap<>();
  private final LongArrayList mmAddresses = new LongArrayList();

  /** By the address, of its last incarnation. */
  private final LongIntHashMap vmas = new LongIntHashMap();

  private final Map<Long, Integer> incarnations = new HashMap<>();
  private final LongArrayList vmaAddresses = new LongArrayList();
  private final IntArrayList vmaMms = new IntArrayList();

  /**
   * The number of a task.
   *
   * @param at a place in the capture where an event of it is
   */
  int task(TaskState task, long at) {
    int pid = task.pid();
    int known = tasks.get(pid);
    if (known == 0 && pids.size() < MOST_TASKS) {
      pids.add(pid);
      seenAt.add(at);
      known = pids.size();
      tasks.put(pid, known);
    }
    return known;
  }

  int mm(@Nullable MmState mm) {
    if (mm == null) {
      return 0;
    }
    Integer known = mms.get(mm);
    if (known == null) {
      if (mms.size() >= MOST_MMS) {
        return 0;
      }
      mmAddresses.add(mm.address());
      known = mmAddresses.size();
      mms.put(mm, known);
    }
    return known;
  }

  /** The number of a VMA in the life that it has now. */
  int vma(@Nullable VmaState vma) {
    if (vma == null) {
      return 0;
    }
    int known = vmas.get(vma.address());
    if (known == 0 || incarnations.getOrDefault(vma.address(), -1) != vma.incarnation()) {
      if (vmaAddresses.size() >= MOST_VMAS) {
        return 0;
      }
      vmaAddresses.add(vma.address());
      vmaMms.add(mm(vma.mm()));
      known = vmaAddresses.size();
      vmas.put(vma.address(), known);
      incarnations.put(vma.address(), vma.incarnation());
    } else if (vmaMms.get(known - 1) == 0) {
      vmaMms.set(known - 1, mm(vma.mm()));
    }
    return known;
  }

  IntArrayList pids() {
    return pids;
  }

  /** Where an event of each task is. */
  LongArrayList seenAt() {
    return seenAt;
  }

  LongArrayList mmAddresses() {
    return mmAddresses;
  }

  LongArrayList vmaAddresses() {
    return vmaAddresses;
  }

  /** The number of each VMA's mm. */
  IntArrayList vmaMms() {
    return vmaMms;
  }
}
