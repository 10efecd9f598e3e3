package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateSetTest {
  /** Against a HashMap, with many states that come twice, over several growths. */
  @Test
  void shouldKeepEachStateOnce() {
    StateSet set = new StateSet(2);
    Map<Long, Integer> expected = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      long value = random.nextInt(20_000);
      boolean isNew = !expected.containsKey(value);
      int size = set.size();
      set.offer(new long[] {value, value * 3}, i % 100);
      assertThat(set.add(i)).isEqualTo(1);
      assertThat(set.at(0) == size).isEqualTo(isNew);
      if (isNew) {
        expected.put(value, i);
      }
    }
    assertThat(set.size()).isEqualTo(expected.size());
    long[] state = new long[2];
    for (int i = 0; i < set.size(); i++) {
      set.get(i, state);
      assertThat(state[1]).isEqualTo(state[0] * 3);
      assertThat(set.parent(i)).isEqualTo(expected.get(state[0]));
      assertThat(set.move(i)).isEqualTo(set.parent(i) % 100);
    }
  }
}
