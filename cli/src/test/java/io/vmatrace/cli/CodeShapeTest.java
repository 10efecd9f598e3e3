package io.vmatrace.cli;

import static io.vmatrace.cli.CliArchitectureTest.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of all three modules stays in small pieces. */
class CodeShapeTest {
  @Test
  void shouldTakeAtMostFiveParameters() {
    CodeShape.assertFewParameters(ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"parser", "checker", "cli"})
  void shouldHaveShortFilesOfOneName(String module) throws IOException {
    CodeShape.assertShortFilesOfOneName(Path.of(module, "src/main/java"));
  }

  @Test
  void shouldHaveSmallCyclesOfClasses() {
    CodeShape.assertSmallCycles(ALL);
  }

  @Test
  void shouldFindCyclesOfClasses() {
    Map<String, Set<String>> uses = Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a"), "d", Set.of());
    assertThat(List.copyOf(CodeShape.circles(uses))).containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d"));
  }
}
