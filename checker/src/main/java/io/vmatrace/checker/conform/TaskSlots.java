package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What tasks are inside of: at which VMAs they have slots. */
final class TaskSlots {
  /** What a task is inside of at a VMA. */
  enum Of {
    /** A look-up that is under way. */
    LOOK_UP,
    /** A read lock, or a fault under the mmap_lock. */
    READ,
    /** A write section, also after its downgrade. */
    SECTION,
    /** What is over by its next event. */
    OVER
  }

  /** A task's place at a VMA. */
  static final class Slot {
    final FollowedVma of;
    final int index;
    Of what;

    /** Whether an unmapping of it is under way. */
    boolean isGathered;

    Slot(FollowedVma of, int index, Of what) {
      this.of = of;
      this.index = index;
      this.what = what;
    }
  }

  private static final List<Slot> NONE = List.of();

  private final Map<TaskState, List<Slot>> byTask = new HashMap<>();

  /** A task's, to be looked at only; {@link #free} may be called while one goes through a copy. */
  List<Slot> of(TaskState task) {
    return byTask.getOrDefault(task, NONE);
  }

  /** Its slot at a VMA, or null. */
  @Nullable Slot at(TaskState task, FollowedVma vma) {
    for (Slot slot : of(task)) {
      if (slot.of == vma) {
        return slot;
      }
    }
    return null;
  }

  /** A slot for a task that has none at a VMA, or null where too many tasks are there. */
  @Nullable Slot take(TaskState task, FollowedVma vma, Of what) {
    int index = vma.take(task);
    if (index < 0) {
      return null;
    }
    Slot slot = new Slot(vma, index, what);
    byTask.computeIfAbsent(task, _ -> new ArrayList<>(2)).add(slot);
    return slot;
  }

  void free(TaskState task, Slot slot) {
    slot.of.slots[slot.index] = null;
    List<Slot> slots = byTask.get(task);
    if (slots != null) {
      slots.remove(slot);
      if (slots.isEmpty()) {
        byTask.remove(task);
      }
    }
  }

  /** Nobody is at a VMA any more. */
  void clear(FollowedVma vma) {
    for (TaskState task : vma.slots) {
      Slot slot = task == null ? null : at(task, vma);
      if (task != null && slot != null) {
        free(task, slot);
      }
    }
  }

  /** How many tasks are inside of something. */
  int tasks() {
    return byTask.size();
  }

  void forget() {
    byTask.clear();
  }
}
