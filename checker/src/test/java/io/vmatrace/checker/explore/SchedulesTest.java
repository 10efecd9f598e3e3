package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.steps.Design;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shortest schedules, as they are printed. With -Dvmatrace.refresh=true they are written anew. */
class SchedulesTest {
  private static final Path FOLDER = Path.of("src/test/resources/explore");

  @ParameterizedTest
  @CsvSource(nullValues = "-", textBlock = """
      B14,          lock-store-detach-6.15, -,  reuse,        57
      hole-in-tree, hole-in-tree,           -,  replace-maps, 6
      M1,           lock-store-detach,      M1, munmap-fault, 15
      """)
  void shouldBeTheShortest(String name, String variant, @Nullable String mutant, String scenario, int steps) throws IOException {
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant(variant), variant);
    Design meant = mutant == null ? design : design.with(mutant);
    ExploreReport report = ExploreReport.of(Objects.requireNonNull(Scenario.builtIn().get(scenario), scenario), meant, 1_000_000);
    assertThat(report.schedule().rows()).hasSize(steps);
    Path file = FOLDER.resolve(name + ".txt");
    String text = ExploreText.of(report, Style.PLAIN);
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text);
    } else {
      assertThat(text).isEqualTo(Files.readString(file));
    }
  }

  /** Also that nobody can go on, where a task that is killed could. */
  @ParameterizedTest
  @ValueSource(strings = {"munmap-fault", "munmap-fails", "reuse", "fork-unmap", "mprotect-write", "limit"})
  void shouldBreakTheSameAgain(String name) {
    Scenario scenario = Objects.requireNonNull(Scenario.builtIn().get(name), name);
    Design design = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"), "lock-store-detach");
    int broken = 0;
    for (String mutant : Design.Catalogue.builtIn().mutants().keySet()) {
      Design meant = design.with(mutant);
      Exploration found = new Explorer(scenario, meant, meant.table(), 1_000_000).explore();
      if (found.broken() != null) {
        broken++;
        Exploration again = ExploreReport.along(scenario, meant, Moves.read(Moves.text(found.schedule()))).exploration();
        assertThat(again.broken()).as(mutant).isEqualTo(found.broken());
        assertThat(again.depth()).as(mutant).isEqualTo(found.depth());
      }
    }
    assertThat(broken).isPositive();
  }
}
