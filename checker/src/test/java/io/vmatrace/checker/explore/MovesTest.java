package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.steps.Design;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovesTest {
  @Test
  void shouldReadWhatItWrites() {
    List<Move> moves = List.of(new Move(0, 0), new Move(0, 0), new Move(1, 0), new Move(0, 1), new Move(0, 1), new Move(2, 3));
    assertThat(Moves.text(moves)).isEqualTo("0x2,1,0.1x2,2.3");
    assertThat(Moves.read(Moves.text(moves))).isEqualTo(moves);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0,", "x3", "0x0", "0x", "a", "-1", "0.", "0x1000000", "0x99999,1x2"})
  void shouldRefuse(String text) {
    assertThatThrownBy(() -> Moves.read(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is no turn");
  }

  @Test
  void shouldBreakTheSameOnceMore() {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach")).with("M1");
    Scenario scenario = Objects.requireNonNull(Scenario.builtIn().get("munmap-fault"));
    Exploration found = ExploreReport.of(scenario, design, 100_000).exploration();
    assertThat(ExploreReport.along(scenario, design, Moves.read(Moves.text(found.schedule()))).exploration().broken()).isNotNull().isEqualTo(found.broken());
    assertThatThrownBy(() -> ExploreReport.along(scenario, design, Moves.read("0,1.1"))).hasMessageContaining("move 2 of the schedule, by task 1");
  }
}
