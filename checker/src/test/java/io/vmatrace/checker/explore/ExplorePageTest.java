package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.excerpt.Excerpt;
import io.vmatrace.checker.excerpt.ExcerptText;
import io.vmatrace.checker.excerpt.Excerpts;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.steps.Design;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/EXPLORE.md has the table that the explorer gives. With -Dvmatrace.refresh=true it is printed anew. */
class ExplorePageTest {
  private static final Path PAGE = Path.of("../docs/EXPLORE.md");
  private static final String BEGIN = "<!-- from here printed by vmatrace explore --survey -->\n";
  private static final String END = "<!-- to here -->\n";

  @Test
  void shouldHaveTheSurvey() throws IOException {
    List<Design> designs = List.copyOf(Design.Catalogue.builtIn().variants().values());
    String survey = DesignSurvey.of(designs, List.copyOf(Scenario.builtIn().values()), 5_000_000, false, _ -> {}).text();
    PrintedTable.hold(PAGE, BEGIN, END, survey);
  }

  private static final String EXCERPT_BEGIN = "<!-- from here printed by ExplorePageTest -->\n";
  private static final String EXCERPT_END = "<!-- that was it -->\n";

  /** What --from prints for a sample, under its kernel's variant and with the bug that it has. */
  @Test
  void shouldHaveWhatACaptureHas() throws Exception {
    Excerpt excerpt = Excerpts.first("broken-detach-no-wait-churn.txt.zst");
    ExploreReport holds = ExploreReport.of(excerpt.scenario(), design("lock-store-detach"), 1_000_000);
    ExploreReport broken = ExploreReport.of(excerpt.scenario(), design("lock-store-detach").with("no-second-wait"), 1_000_000);
    assertThat(holds.exploration().holds()).isTrue();
    String text = ExcerptText.of(excerpt, Style.PLAIN) + ExploreText.of(holds, Style.PLAIN) + ExploreText.of(broken, Style.PLAIN);
    String shown = text.lines().map(line -> line.isEmpty() ? line : "    " + line).collect(Collectors.joining("\n"));
    PrintedTable.hold(PAGE, EXCERPT_BEGIN, EXCERPT_END, shown + "\n");
  }

  private static Design design(String name) {
    return Objects.requireNonNull(Design.Catalogue.builtIn().variant(name), name);
  }

  /** README has some of its rows, as they stand there. */
  @Test
  void shouldBeQuotedByReadme() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    List<String> quoted = Files.readAllLines(Path.of("../README.md")).stream().map(String::strip).filter(line -> line.matches("\\| .* \\| \\d+ of \\d+ \\|.*")).toList();
    assertThat(quoted).hasSize(6);
    assertThat(page).containsAll(quoted);
  }
}
