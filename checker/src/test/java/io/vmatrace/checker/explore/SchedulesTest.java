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
}
