package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.RuleList;
import io.vmatrace.checker.report.Style;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on terminals of several widths, and for other programs. */
class RulesTextTest {
  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 132})
  void shouldBeAsWideAsTheTerminal(int columns) {
    Style terminal = new Style(false, columns, true);
    assertThat(RulesText.list(terminal).lines()).allMatch(line -> line.length() <= columns);
    for (RuleList.Entry rule : RuleList.all()) {
      assertThat(RulesText.page(rule, terminal).lines()).allMatch(line -> line.length() <= columns);
      assertThat(words(RulesText.page(rule, terminal))).isEqualTo(words(rule.page().get()));
    }
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"R18", "R70"})
  void shouldStayWholeForOtherPrograms(String id) {
    assertThat(RulesText.list(Style.PLAIN).lines()).hasSameSizeAs(RuleList.all());
    RuleList.Entry rule = RuleList.find(id).orElseThrow();
    assertThat(RulesText.page(rule, Style.PLAIN)).isEqualTo(rule.page().get());
  }
}
