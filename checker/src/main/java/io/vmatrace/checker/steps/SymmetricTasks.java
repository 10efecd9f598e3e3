package io.vmatrace.checker.steps;

import io.vmatrace.checker.steps.StateField.Owner;
import io.vmatrace.checker.steps.StateField.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Tasks that run the same program are alike: of states that differ only in which of them is which, one stands for all. */
public final class SymmetricTasks {
  private final StateLayout layout;

  /** Tasks that are alike, ascending; of each program that several run. */
  private final List<int[]> groups = new ArrayList<>();

  /** What each task has, what has a bit for each of them, and what names one. */
  private final List<StateField> own;

  private final List<StateField> masks;
  private final List<StateField> names;

  /**
   * The tasks of a small world.
   *
   * @param programs what each task does; those that are equal are alike
   */
  public SymmetricTasks(StateLayout layout, List<?> programs) {
    this.layout = layout;
    own = fields(layout, field -> field.owner == Owner.TASK);
    masks = fields(layout, field -> field.width == Width.TASKS);
    names = fields(layout, field -> field.width == Width.TASK);
    Map<Object, List<Integer>> alike = new LinkedHashMap<>();
    for (int task = 0; task < programs.size(); task++) {
      alike.computeIfAbsent(programs.get(task), _ -> new ArrayList<>()).add(task);
    }
    alike.values().stream().filter(group -> group.size() > 1).forEach(group -> groups.add(group.stream().mapToInt(task -> task).toArray()));
  }

  private static List<StateField> fields(StateLayout layout, Predicate<StateField> which) {
    return Arrays.stream(StateField.values()).filter(layout::has).filter(which).toList();
  }

  /** Whether any tasks are alike. */
  public boolean areSome() {
    return !groups.isEmpty();
  }

  /**
   * Puts tasks that are alike in the order of what they have.
   *
   * @param was which task is now in each place; it changes as the state does
   */
  public void sort(long[] state, int[] was) {
    for (int[] group : groups) {
      for (int i = 1; i < group.length; i++) {
        for (int k = i; k > 0 && compare(state, group[k - 1], group[k]) > 0; k--) {
          swap(state, group[k - 1], group[k]);
          int task = was[group[k]];
          was[group[k]] = was[group[k - 1]];
          was[group[k - 1]] = task;
        }
      }
    }
  }

  /** Compares all that a state says of two tasks: where that is equal, it does not matter which is which. */
  private int compare(long[] state, int one, int two) {
    for (StateField field : own) {
      int difference = layout.get(state, field, one) - layout.get(state, field, two);
      if (difference != 0) {
        return difference;
      }
    }
    for (StateField field : masks) {
      for (int object = 0; object < layout.count(field.owner); object++) {
        int mask = layout.get(state, field, object);
        int difference = (mask >> one & 1) - (mask >> two & 1);
        if (difference != 0) {
          return difference;
        }
      }
    }
    for (StateField field : names) {
      for (int object = 0; object < layout.count(field.owner); object++) {
        int named = layout.get(state, field, object) - 1;
        if (named == one || named == two) {
          return named == one ? 1 : -1;
        }
      }
    }
    return 0;
  }

  private void swap(long[] state, int one, int two) {
    for (StateField field : own) {
      int value = layout.get(state, field, one);
      layout.set(state, field, one, layout.get(state, field, two));
      layout.set(state, field, two, value);
    }
    for (StateField field : masks) {
      for (int object = 0; object < layout.count(field.owner); object++) {
        int mask = layout.get(state, field, object);
        int differs = (mask >> one ^ mask >> two) & 1;
        layout.set(state, field, object, mask ^ (differs << one | differs << two));
      }
    }
    for (StateField field : names) {
      for (int object = 0; object < layout.count(field.owner); object++) {
        int named = layout.get(state, field, object) - 1;
        if (named == one || named == two) {
          layout.set(state, field, object, (named == one ? two : one) + 1);
        }
      }
    }
  }
}
