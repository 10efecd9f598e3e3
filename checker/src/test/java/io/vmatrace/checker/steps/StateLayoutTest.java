package io.vmatrace.checker.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateLayoutTest {
  /** Setting one field changes no other. */
  @Test
  void shouldKeepFieldsApart() {
    StateLayout layout = new StateLayout(2, 5, 4, 3);
    long[] state = new long[layout.words()];
    Map<String, Integer> expected = new HashMap<>();
    Random random = new Random(7);
    for (int round = 0; round < 3; round++) {
      for (StateField field : StateField.values()) {
        for (int i = 0; i < layout.count(field.owner()); i++) {
          int value = random.nextInt(1 << field.bits(new StateLayout.Sizes(2, 5, 4, 3, 1023)));
          layout.set(state, field, i, value);
          expected.put(field + " " + i, value);
        }
      }
      for (StateField field : StateField.values()) {
        for (int i = 0; i < layout.count(field.owner()); i++) {
          assertThat(layout.get(state, field, i)).as("%s %d", field, i).isEqualTo(expected.get(field + " " + i));
        }
      }
    }
  }

  @Test
  void shouldRefuseWhatHasNoRoom() {
    StateLayout layout = new StateLayout(1, 2, 1, 1);
    assertThatIllegalStateException().isThrownBy(() -> layout.set(new long[layout.words()], StateField.FLAG, 0, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> new StateLayout(4, 2, 1, 1)).withMessageContaining("mms");
  }
}
