package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.Design;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);
    if (Boolean.getBoolean("vmatrace.refresh")) {
      Files.writeString(PAGE, page.substring(0, from) + "\n" + survey + "\n" + page.substring(to));
    } else {
      assertThat(page.substring(from, to).strip()).isEqualTo(survey.strip());
    }
  }

  /** README has some of its rows, as they stand there. */
  @Test
  void shouldBeQuotedByReadme() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    List<String> quoted = Files.readAllLines(Path.of("../README.md")).stream().map(String::strip).filter(line -> line.contains(" of 461 |")).toList();
    assertThat(quoted).hasSize(6);
    assertThat(page).containsAll(quoted);
  }
}
