package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateField.Owner;
import io.vmatrace.checker.steps.StateLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateSetTest {
  /** Sets all fields of the VMAs and tasks to some value, each task's to one of {@code values}. */
  private static long[] some(StateLayout layout, Random random, int values) {
    long[] state = new long[layout.words()];
    for (int vma = 0; vma < layout.count(Owner.VMA); vma++) {
      layout.set(state, StateField.LOCK_SEQ, vma, random.nextInt(Math.min(16, values)));
    }
    for (int task = 0; task < layout.count(Owner.TASK); task++) {
      int value = random.nextInt(values);
      layout.set(state, StateField.PC, task, value & 0xff);
      layout.set(state, StateField.R_A, task, value >> 8);
    }
    return state;
  }

  /**
   * Against a HashMap, with many states that come twice, over several growths of the set and of the numbers: six tasks with 4,000 values each need two
   * words.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 100, 4000})
  void shouldKeepEachStateOnce(int values) {
    StateLayout layout = new StateLayout(1, 1, 2, 6);
    StateSet set = new StateSet(layout);
    Map<List<Long>, Integer> expected = new HashMap<>();
    Random random = new Random(1);
    long[] state = new long[layout.words()];
    for (int from = 0; from < 20_000; from++) {
      if (from > 0) {
        set.get(random.nextInt(set.size()), state); // what comes next is kept by how it differs from this one
      }
      int count = 1 + random.nextInt(40);
      int size = set.size();
      for (int i = 0; i < count; i++) {
        long[] to = random.nextInt(4) == 0 ? state.clone() : some(layout, random, values);
        if (expected.putIfAbsent(Arrays.stream(to).boxed().toList(), size) == null) {
          size++;
        }
        set.offer(to, i % 96);
      }
      assertThat(set.add(from)).isEqualTo(count);
      assertThat(set.size()).isEqualTo(size);
    }
    assertThat(set.size()).isEqualTo(expected.size()).isGreaterThanOrEqualTo(256);
    for (int i = 0; i < set.size(); i++) {
      set.get(i, state);
      assertThat(expected).containsEntry(Arrays.stream(state).boxed().toList(), i);
      assertThat(set.parent(i)).isBetween(i == 0 ? 0 : set.parent(i - 1), i);
      assertThat(set.move(i)).isBetween(0, 39);
    }
  }

  /** Each state says from where it came, and by which move; one that is there keeps its first. */
  @ParameterizedTest
  @CsvSource({"1, 3", "1, 4000", "6, 3", "6, 4000"})
  void shouldSayWhereEachCameFrom(int tasks, int values) {
    StateLayout layout = new StateLayout(1, 1, 1, tasks);
    assertThat(layout.words() > 4).as("kept by its parts").isEqualTo(tasks > 1);
    StateSet set = new StateSet(layout);
    Map<Integer, Integer> first = new HashMap<>();
    Random random = new Random(2);
    for (int from = 0; from < 30_000; from++) {
      set.offer(some(layout, random, values), from % 96);
      set.add(from);
      first.putIfAbsent(set.at(0), from);
      assertThat(set.offered(0)).isEqualTo(from % 96);
    }
    first.forEach((at, from) -> {
      assertThat(set.parent(at)).isEqualTo(from);
      assertThat(set.move(at)).isEqualTo(from % 96);
    });
  }
}
