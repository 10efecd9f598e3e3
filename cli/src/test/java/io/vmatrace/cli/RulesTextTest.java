package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.RulePage;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.rule.RuleInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on terminals of several widths, and for other programs. */
class RulesTextTest {
  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 132})
  void shouldBeAsWideAsTheTerminal(int columns) {
    Style terminal = new Style(false, columns, true);
    assertThat(RulesText.list(terminal).lines()).allMatch(line -> line.length() <= columns);
    for (RuleInfo rule : Rules.infos()) {
      assertThat(RulesText.page(rule, terminal).lines()).allMatch(line -> line.length() <= columns);
      assertThat(words(RulesText.page(rule, terminal))).isEqualTo(words(RulePage.of(rule)));
    }
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"R18", "R59"})
  void shouldStayWholeForOtherPrograms(String id) {
    assertThat(RulesText.list(Style.PLAIN).lines()).hasSameSizeAs(Rules.infos());
    assertThat(RulesText.page(Rules.find(id).orElseThrow(), Style.PLAIN)).isEqualTo(RulePage.of(Rules.find(id).orElseThrow()));
  }
}
